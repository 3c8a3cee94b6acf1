using System.Globalization;
using System.Net;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The payment team's API (결제팀, contract §2).</summary>
public sealed class PaymentClient(HttpClient http)
{
    public const string Team = "Payment";

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>Opens an attempt; its outcome arrives as an event.</summary>
    public async Task<string> RequestAsync(RequestPayment request, CancellationToken cancellationToken)
    {
        var body = new { request.OrderId, request.Attempt, request.Amount, request.Method, request.Orderer, request.Items };
        var reply = await team.ChangeAsync(HttpMethod.Post, "payments", body, request.Key, [HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Created], cancellationToken);
        return reply.Read<RequestReply>(opened => AnswerText.IsId(opened.PaymentId)).PaymentId!;
    }

    /// <summary>The true state of an attempt.</summary>
    public async Task<PaymentState> GetAsync(string paymentId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"payments/{Uri.EscapeDataString(paymentId)}", [HttpStatusCode.OK], cancellationToken);
        return reply.Read<PaymentState>(ListedPayment.IsSound);
    }

    /// <summary>The same; <c>null</c>: the payment team knows no such payment.</summary>
    public async Task<PaymentState?> FindAsync(string paymentId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"payments/{Uri.EscapeDataString(paymentId)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.NotFound ? null : reply.Read<PaymentState>(ListedPayment.IsSound);
    }

    /// <summary>A page of the payments that changed in a period, in their current state.</summary>
    /// <param name="cursor">The end of the previous page.</param>
    /// <exception cref="PartnerFailureException">The answer is not a page, or one of its payments has no id or no order.</exception>
    public async Task<PaymentListPage> ListAsync(DateTimeOffset from, DateTimeOffset to, string? cursor, CancellationToken cancellationToken)
    {
        var query = $"payments?from={Moment(from)}&to={Moment(to)}{(cursor is null ? string.Empty : "&cursor=" + Uri.EscapeDataString(cursor))}";
        var reply = await team.GetAsync(query, [HttpStatusCode.OK], cancellationToken);
        var page = reply.Read<ListReply>(read => read.Items is not null && read.NextCursor is not "" && (read.NextCursor is null || read.NextCursor != cursor));
        return new PaymentListPage([.. page.Items.Select(ListedPayment.Read)], page.NextCursor);
    }

    /// <summary>Cancels a pending attempt; returns its current status, <c>approved</c> if it was too late.</summary>
    public async Task<PaymentStatus> CancelAsync(string paymentId, string reason, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, $"payments/{Uri.EscapeDataString(paymentId)}/cancel", new { reason }, key, [HttpStatusCode.OK, HttpStatusCode.Accepted], cancellationToken);
        return reply.Read<CancelReply>(_ => true).Status;
    }

    /// <summary>Refunds; <c>true</c>: the refund is complete, <c>false</c>: an event will follow.</summary>
    public async Task<bool> RefundAsync(
        string paymentId, string refundId, Won amount, string reason, IReadOnlyList<LineQuantity>? items, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post,
            $"payments/{Uri.EscapeDataString(paymentId)}/refunds",
            new { refundId, amount, reason, items },
            key,
            [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Accepted],
            cancellationToken);
        if (reply.Status == HttpStatusCode.Accepted)
        {
            return false;
        }

        reply.Read<RefundReply>(refund => refund.RefundId == refundId
            && (refund.Amount is not { } back || back == amount)
            && (refund.RefundedAmount is not { } given || given >= amount)
            && (refund.RemainingAmount is not { } left || left >= Won.Zero));
        return true;
    }

    /// <summary>An identity verification; an unknown one is not verified.</summary>
    public async Task<IdentityVerificationFact> GetIdentityVerificationAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"identity-verifications/{Uri.EscapeDataString(id)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK
            ? reply.Read<IdentityVerificationFact>(_ => true) with { Id = id }
            : new IdentityVerificationFact(id, Verified: false, MemberId: null);
    }

    private static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed record ListReply(IReadOnlyList<JsonElement> Items, string? NextCursor);

    private sealed record RequestReply(string? PaymentId);

    private sealed record CancelReply(PaymentStatus Status);

    /// <summary>
    /// A completed refund; <c>refundedAmount</c> is the amount of this refund, or the refunded sum of the whole payment. Both occur, so only less than
    /// requested is a mismatch.
    /// </summary>
    private sealed record RefundReply(string? RefundId, Won? Amount, Won? RefundedAmount, Won? RemainingAmount);
}
