namespace OrderOrchestration.Api.Access;

/// <summary>
/// Logs every change made by staff: role, route, order, day or payout, and response status. The operator's id and note are stored with the change
/// itself (for an order, in its timeline); logs contain no personal data.
/// </summary>
internal static class StaffActions
{
    public static TBuilder RecordStaffActions<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.AddEndpointFilter(static async (context, next) =>
        {
            var http = context.HttpContext;
            var caller = Caller.Of(http.User);
            var result = await next(context);
            if (caller.IsStaff && !HttpMethods.IsGet(http.Request.Method))
            {
                http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StaffActions)).LogInformation(
                    "Staff: {Role} {Method} {Route} on {Subject} answered {Status}",
                    caller.IsAdmin ? "admin" : "operator",
                    http.Request.Method,
                    (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText,
                    SubjectOf(http),
                    (result as IStatusCodeHttpResult)?.StatusCode);
            }

            return result;
        });

    // Ids of orders, days, payouts and subscribers. Member and cart ids identify a person and are not logged.
    private static string SubjectOf(HttpContext http) => string.Join(
        '/',
        http.Request.RouteValues.Where(route => route.Key is not ("memberId" or "cartId" or "productId")).Select(route => route.Value));
}
