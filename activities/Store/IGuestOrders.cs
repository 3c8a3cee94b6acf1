using OrderOrchestration.Workflows;

namespace OrderOrchestration.Activities.Store;

/// <summary>Finds guests' orders by phone (hotspot 26). Only a keyed hash of a phone is kept: who reads the table cannot tell whose it is.</summary>
public interface IGuestOrders
{
    /// <summary>Notes a guest's order, once, with the policies it was placed under: they decide what it accrues.</summary>
    Task RegisterAsync(string orderId, string phone, OrderPolicies policies, CancellationToken cancellationToken);

    /// <summary>The orders of the last 30 days under a phone that are nobody's yet or this member's already, oldest first.</summary>
    Task<IReadOnlyList<GuestOrder>> FindAsync(string phone, string memberId, CancellationToken cancellationToken);
}

/// <summary>A guest's order; <paramref name="MemberId"/> is set once it was claimed.</summary>
public sealed record GuestOrder(string OrderId, OrderPolicies Policies, string? MemberId);
