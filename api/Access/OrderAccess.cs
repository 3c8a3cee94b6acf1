using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Access;

/// <summary>Finds an order for a caller: unknown is 404, somebody else's is 403.</summary>
internal sealed class OrderAccess(IOrderQueries queries)
{
    public async Task<Found> FindAsync(ClaimsPrincipal user, string orderId, CancellationToken cancellationToken)
    {
        var order = await queries.FindAsync(orderId, cancellationToken);
        return order is null
            ? new Found(null, Problem.NotFound("There is no such order."))
            : Caller.Of(user).Owns(order) ? new Found(order, null) : new Found(null, Problem.Forbidden());
    }

    /// <summary>Either the order or the problem that stands in its way.</summary>
    internal readonly record struct Found(OrderView? Order, ProblemHttpResult? Problem);
}
