namespace OrderOrchestration.Api.Access;

/// <summary>
/// Leaves a log line for what staff changed: which role did what to which order, day or payout, and how it ended. Who it was and why stand with the change
/// itself (an order's timeline names the operator and its note); a log holds no persons.
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

    // Orders, days, payouts and subscribers; a member's or a cart's name is a person's.
    private static string SubjectOf(HttpContext http) => string.Join(
        '/',
        http.Request.RouteValues.Where(route => route.Key is not ("memberId" or "cartId" or "productId")).Select(route => route.Value));
}
