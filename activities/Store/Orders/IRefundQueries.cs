using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Activities.Store.Orders;

/// <summary>Reads refunds across orders, as the views of their orders show them.</summary>
public interface IRefundQueries
{
    /// <summary>A refund; <c>null</c> if there is none with that id.</summary>
    Task<RefundEntry?> FindAsync(string refundId, CancellationToken cancellationToken);

    /// <summary>One page, oldest first, so that the longest waiting refund is decided first.</summary>
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    Task<RefundPage> ListAsync(RefundFilter filter, CancellationToken cancellationToken);
}

/// <summary>Which refunds to list.</summary>
public sealed record RefundFilter(RefundStatus? Status = null, int Limit = 50, string? Cursor = null, bool Overdue = false);

/// <summary>A page of refunds; <paramref name="NextCursor"/> is absent on the last.</summary>
public sealed record RefundPage(IReadOnlyList<RefundEntry> Items, string? NextCursor);

/// <summary>One refund of an order; <paramref name="Amount"/> goes back to the card, <paramref name="Points"/> to the member.</summary>
public sealed record RefundEntry(
    string RefundId,
    string OrderId,
    RefundStatus Status,
    Won Amount,
    Won Points,
    string Reason,
    IReadOnlyList<LineQuantity> Lines,
    DateTimeOffset RequestedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DueAt = null,
    bool Overdue = false);
