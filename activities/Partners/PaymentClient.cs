using System.Net;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The payment team's API (결제팀, contract §2).</summary>
public sealed class PaymentClient(HttpClient http)
{
    public const string Team = "Payment";

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>Opens an attempt; its outcome comes as an event.</summary>
    public async Task<string> RequestAsync(RequestPayment request, CancellationToken cancellationToken)
    {
        var body = new { request.OrderId, request.Attempt, request.Amount, request.Method, request.Orderer, request.Items };
        var reply = await team.ChangeAsync(HttpMethod.Post, "payments", body, request.Key, [HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Created], cancellationToken);
        return reply.Read<RequestReply>().PaymentId;
    }

    /// <summary>The true state of an attempt.</summary>
    public async Task<PaymentState> GetAsync(string paymentId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"payments/{Uri.EscapeDataString(paymentId)}", [HttpStatusCode.OK], cancellationToken);
        return reply.Read<PaymentState>();
    }

    /// <summary>Cancels a pending attempt; answers what it is now, <c>approved</c> when it was too late.</summary>
    public async Task<PaymentStatus> CancelAsync(string paymentId, string reason, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, $"payments/{Uri.EscapeDataString(paymentId)}/cancel", new { reason }, key, [HttpStatusCode.OK, HttpStatusCode.Accepted], cancellationToken);
        return reply.Read<CancelReply>().Status;
    }

    /// <summary>Refunds; <c>true</c>: the money is back, <c>false</c>: an event will tell.</summary>
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
        return reply.Status != HttpStatusCode.Accepted;
    }

    /// <summary>An identity verification; an unknown one is not verified.</summary>
    public async Task<IdentityVerificationFact> GetIdentityVerificationAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"identity-verifications/{Uri.EscapeDataString(id)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK
            ? reply.Read<IdentityVerificationFact>() with { Id = id }
            : new IdentityVerificationFact(id, Verified: false, MemberId: null);
    }

    private sealed record RequestReply(string PaymentId);

    private sealed record CancelReply(PaymentStatus Status);
}

/// <summary>An attempt as the payment team keeps it.</summary>
public sealed record PaymentState(PaymentStatus Status, string? ApprovalNumber, string? DeclineCode, Won Amount, Won RefundedAmount);
