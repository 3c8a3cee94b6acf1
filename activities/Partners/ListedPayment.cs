using System.Text.Json;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;

namespace OrderOrchestration.Activities.Partners;

/// <summary>A page of <c>GET /payments?from&amp;to</c>.</summary>
/// <param name="NextCursor">Absent on the last page.</param>
public sealed record PaymentListPage(IReadOnlyList<ListedPayment> Items, string? NextCursor);

/// <summary>A payment of the list.</summary>
/// <param name="State">Its state; absent if it cannot be parsed: then the payment is read by its id.</param>
/// <param name="UpdatedAt">When it changed last.</param>
public sealed record ListedPayment(string PaymentId, string OrderId, int Attempt, PaymentState? State, DateTimeOffset? UpdatedAt)
{
    /// <exception cref="PartnerFailureException">Its id or its order's id is missing.</exception>
    internal static ListedPayment Read(JsonElement item)
    {
        var data = new EventData(item);
        if (data.Text("paymentId") is not { } paymentId || !AnswerText.IsId(paymentId) || data.Text("orderId") is not { } orderId || !AnswerText.IsId(orderId))
        {
            throw PartnerFailureException.Mismatch(PaymentClient.Team, "GET /payments", "a payment without an id or an order");
        }

        var attempt = data.Number("attempt") is >= 1 and <= int.MaxValue and var number ? (int)number : 0;
        return new ListedPayment(paymentId, orderId, attempt, StateOf(item), data.Time("updatedAt"));
    }

    private static PaymentState? StateOf(JsonElement item)
    {
        try
        {
            return item.Deserialize<PaymentState>(PartnerReply.Strict) is { } state && IsSound(state) ? state : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether its amounts are plausible, won.</summary>
    internal static bool IsSound(PaymentState state) => state.Amount >= Won.Zero && state.RefundedAmount >= Won.Zero && state.RefundedAmount <= state.Amount
        && (state.Refunds ?? []).All(refund => refund is not null && AnswerText.IsId(refund.RefundId) && refund.Amount >= Won.Zero);
}
