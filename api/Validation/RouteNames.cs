using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Validation;

/// <summary>Validates the ids in a route (<c>orderId</c>, <c>productId</c> …), for all endpoints below <c>/v1</c>.</summary>
internal static class RouteNames
{
    public static TBuilder ValidateRouteNames<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.AddEndpointFilter(static async (context, next) =>
        {
            var errors = context.HttpContext.Request.RouteValues
                .Where(route => route.Value is string name && !Texts.IsName(name))
                .ToDictionary(
                    route => route.Key, _ => new[] { $"one line of at most {Texts.LongestName} characters is needed" }, StringComparer.Ordinal);
            return errors.Count > 0 ? Problem.Malformed(errors) : await next(context);
        });
}
