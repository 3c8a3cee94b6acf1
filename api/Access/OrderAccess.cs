using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Access;

/// <summary>Finds an order and checks its owner: an unknown order is 404, an order of another customer is 403.</summary>
internal sealed class OrderAccess(IOrderQueries queries)
{
    public async Task<Found> FindAsync(ClaimsPrincipal user, string orderId, CancellationToken cancellationToken)
    {
        var order = await queries.FindAsync(orderId, cancellationToken);
        return order is null
            ? new Found(null, Problem.NotFound("There is no such order."))
            : Caller.Of(user).Owns(order) ? new Found(order, null) : new Found(null, Problem.Forbidden());
    }

    /// <summary>Either the order, or the problem to answer.</summary>
    internal readonly record struct Found(OrderView? Order, ProblemHttpResult? Problem);
}
