using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Erasure;

/// <summary>Erases customers whose last order ended before the retention period.</summary>
public sealed class RetentionErasure
{
    private const string Actor = "program:retention";

    private readonly CustomerOrders customers;
    private readonly PersonalDataErasure erasure;

    internal RetentionErasure(CustomerOrders customers, PersonalDataErasure erasure)
    {
        this.customers = customers;
        this.erasure = erasure;
    }

    /// <summary>Checks a page of members, and erases those all of whose orders ended before a time.</summary>
    /// <returns>The last member checked; <c>null</c>: there was none.</returns>
    public async Task<string?> EraseMembersAsync(DateTimeOffset endedBefore, string after, int limit, CancellationToken cancellationToken)
    {
        var page = await customers.UnerasedMembersAsync(endedBefore, after, limit, cancellationToken);
        foreach (var memberId in page)
        {
            if ((await customers.OfMemberAsync(memberId, cancellationToken)).All(order => HasEnded(order, endedBefore)))
            {
                await erasure.EraseMemberAsync(memberId, Actor, cancellationToken);
            }
        }

        return page.Count == 0 ? null : page[^1];
    }

    /// <summary>Checks a page of orders, and erases the guests of those that ended before a time.</summary>
    /// <returns>The last order checked; <c>null</c>: there was none.</returns>
    public async Task<string?> EraseGuestsAsync(DateTimeOffset endedBefore, string after, int limit, CancellationToken cancellationToken)
    {
        var page = await customers.UnerasedGuestOrdersAsync(endedBefore, after, limit, cancellationToken);
        foreach (var order in page.Where(order => HasEnded(order, endedBefore)))
        {
            await erasure.EraseGuestAsync(order, Actor, cancellationToken);
        }

        return page.Count == 0 ? null : page[^1].OrderId;
    }

    private bool HasEnded(Order order, DateTimeOffset before) => !erasure.IsOpen(order) && order.UpdatedAt < before;
}
