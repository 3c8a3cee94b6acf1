using OrderOrchestration.Workflows;

namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>Finds guests' orders by phone (hotspot 26). Only a keyed hash of a phone is stored, so the table does not reveal the guest.</summary>
public interface IGuestOrders
{
    /// <summary>Registers a guest's order, once, with the policies it was placed under, which decide its accrual.</summary>
    Task RegisterAsync(string orderId, string phone, OrderPolicies policies, CancellationToken cancellationToken);

    /// <summary>The orders of the last 30 days with a phone that are unclaimed or already claimed by this member, oldest first.</summary>
    Task<IReadOnlyList<GuestOrder>> FindAsync(string phone, string memberId, CancellationToken cancellationToken);
}

/// <summary>A guest's order; <paramref name="MemberId"/> is set once it was claimed.</summary>
public sealed record GuestOrder(string OrderId, OrderPolicies Policies, string? MemberId);
