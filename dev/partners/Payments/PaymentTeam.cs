using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Payments;

/// <summary>
/// The payment team: attempts, their decisions and refunds. Money is taken once per attempt and never given back beyond what was taken;
/// an order's attempt can exist once, whatever idempotency key asks for it.
/// </summary>
public sealed class PaymentTeam
{
    private readonly Dictionary<string, Payment> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string OrderId, int Attempt), Payment> byAttempt = [];
    private readonly Dictionary<string, IdentityVerification> verifications = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly TeamsState state;
    private readonly StepQueue steps;
    private readonly ScenarioBook scenarios;
    private readonly PaymentNews news;
    private readonly Ids ids;

    internal PaymentTeam(TimeProvider clock, TeamsState state, StepQueue steps, ScenarioBook scenarios, PaymentNews news, Ids ids)
    {
        this.clock = clock;
        this.state = state;
        this.steps = steps;
        this.scenarios = scenarios;
        this.news = news;
        this.ids = ids;
        steps.Handle(Team.Payment, Do);
        foreach (var payment in state.Load<Payment>(Kinds.Payment))
        {
            Add(payment);
        }

        foreach (var (verificationId, verification) in state.Load<KeyValuePair<string, IdentityVerification>>(Kinds.Verification))
        {
            verifications.Add(verificationId, verification);
        }
    }

    /// <summary>Adds or replaces an identity verification.</summary>
    public void SetVerification(string verificationId, string memberId, bool verified)
    {
        using (state.Enter())
        {
            verifications[verificationId] = new IdentityVerification(verified, memberId);
            state.Keep(Kinds.Verification, verificationId, KeyValuePair.Create(verificationId, verifications[verificationId]));
        }
    }

    /// <summary>All attempts of an order, first attempt first.</summary>
    public IReadOnlyList<PaymentInfo> OfOrder(string orderId)
    {
        using (state.Enter())
        {
            return [.. payments.Values.Where(p => p.Request.OrderId == orderId).OrderBy(p => p.Request.Attempt).Select(p => p.Info)];
        }
    }

    /// <summary>Decides a payment by hand, with its webhook, whatever the scenario says.</summary>
    /// <returns>False where it is no longer pending (approving a cancelled payment takes the money all the same: a late approval).</returns>
    public bool Decide(string paymentId, PaymentOutcome outcome, string? declineCode = null)
    {
        using (state.Enter())
        {
            return Apply(Find(paymentId), outcome, declineCode, isLate: true);
        }
    }

    internal PaymentAccepted Request(PaymentRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Text(request.Method, "method");
        Require.Positive(request.Amount, "amount");
        Require.Positive(request.Attempt, "attempt");
        using (state.Enter())
        {
            if (byAttempt.TryGetValue((request.OrderId, request.Attempt), out var earlier))
            {
                throw new RefusalException(
                    StatusCodes.Status409Conflict,
                    "attempt-exists",
                    $"attempt {request.Attempt} of order {request.OrderId} was requested before",
                    ("paymentId", earlier.Id));
            }

            var payment = new Payment(
                ids.Next("pay"), request, scenarios.ForPayment(request.OrderId, request.Attempt, request.Method));
            Add(payment);
            Keep(payment);
            PlanDecision(payment);
            return new PaymentAccepted(payment.Id, PaymentStatus.Pending);
        }
    }

    internal PaymentInfo Get(string paymentId)
    {
        using (state.Enter())
        {
            return Find(paymentId).Info;
        }
    }

    internal CancelAnswer Cancel(string paymentId)
    {
        using (state.Enter())
        {
            var payment = Find(paymentId);
            if (payment.Status == PaymentStatus.Pending)
            {
                CancelPending(payment);
            }

            return new CancelAnswer(payment.Status);
        }
    }

    /// <summary>Accepts a refund. The same refund asked for under another key is the same refund.</summary>
    internal (RefundDone? Done, RefundAccepted? Accepted) Refund(string paymentId, RefundRequest request)
    {
        Require.Text(request.RefundId, "refundId");
        Require.Positive(request.Amount, "amount");
        using (state.Enter())
        {
            var payment = Find(paymentId);
            var refund = payment.Refunds.FirstOrDefault(r => r.Id == request.RefundId) ?? Accept(payment, request);
            if (refund.Amount != request.Amount)
            {
                throw RefusalException.Conflict("refund-exists", $"refund {refund.Id} was asked for with another amount");
            }

            return refund.CompletedAt is { } at
                ? (new RefundDone(refund.Id, refund.Amount, payment.Charged - payment.Refunded, at), null)
                : (null, new RefundAccepted(refund.Id, "pending"));
        }
    }

    internal IdentityVerification Verification(string verificationId)
    {
        using (state.Enter())
        {
            return verifications.GetValueOrDefault(verificationId) ?? throw RefusalException.NotFound("identity verification", verificationId);
        }
    }

    internal T Read<T>(Func<IReadOnlyCollection<Payment>, T> reader)
    {
        using (state.Enter())
        {
            return reader(payments.Values);
        }
    }

    private void Add(Payment payment)
    {
        payments.Add(payment.Id, payment);
        byAttempt.Add((payment.Request.OrderId, payment.Request.Attempt), payment);
    }

    private void Keep(Payment payment) => state.Keep(Kinds.Payment, payment.Id, payment);

    private Payment Find(string paymentId) => payments.GetValueOrDefault(paymentId) ?? throw RefusalException.NotFound("payment", paymentId);

    private void PlanDecision(Payment payment)
    {
        if (payment.Rule.Outcome is PaymentOutcome.NoAnswer or PaymentOutcome.TooLateToCancel or PaymentOutcome.ApproveAfterCancel)
        {
            return;
        }

        Plan(payment, PaymentDeed.Decide);
    }

    private void Plan(Payment payment, string verb, string? refundId = null)
    {
        var pause = payment.Rule.AfterMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        steps.Plan(Team.Payment, payment.Request.OrderId, new Deed(verb, payment.Id, refundId), pause);
    }

    private void Do(Deed deed)
    {
        var payment = Find(deed.Of);
        switch (deed.Verb)
        {
            case PaymentDeed.Decide:
                Apply(payment, payment.Rule.Outcome, payment.Rule.DeclineCode, isLate: false);
                break;
            case PaymentDeed.ApproveCancelled:
                Apply(payment, PaymentOutcome.Approve, null, isLate: true);
                break;
            case PaymentDeed.Refund:
                Complete(payment, payment.Refunds.Single(r => r.Id == deed.Detail), payment.Rule.Refunds == RefundAnswer.ByWebhook);
                break;
            default:
                throw new InvalidOperationException($"the payment team knows no deed '{deed.Verb}'");
        }
    }

    private bool Apply(Payment payment, PaymentOutcome outcome, string? declineCode, bool isLate)
    {
        var mayApproveLate = isLate && payment.Status == PaymentStatus.Cancelled
            && outcome is PaymentOutcome.Approve or PaymentOutcome.ApproveWithoutWebhook;
        if (payment.Status != PaymentStatus.Pending && !mayApproveLate)
        {
            return false;
        }

        switch (outcome)
        {
            case PaymentOutcome.Approve:
                payment.Approve(ids.Next("appr"));
                news.Approved(payment);
                break;
            case PaymentOutcome.ApproveWithoutWebhook:
                payment.Approve(ids.Next("appr"));
                break;
            case PaymentOutcome.Decline:
                payment.Decline(declineCode ?? "invalid-payment-info");
                news.Declined(payment);
                break;
            case PaymentOutcome.TimeOut:
                payment.Cancel();
                news.TimedOut(payment);
                break;
            case PaymentOutcome.CustomerCancel:
                payment.Cancel();
                news.CancelledByCustomer(payment);
                break;
            default:
                return false; // The other outcomes are ways of not deciding.
        }

        Keep(payment);
        return true;
    }

    private void CancelPending(Payment payment)
    {
        if (payment.Rule.Outcome == PaymentOutcome.TooLateToCancel)
        {
            Apply(payment, PaymentOutcome.Approve, null, isLate: false);
            return;
        }

        payment.Cancel();
        Keep(payment);
        if (payment.Rule.Outcome == PaymentOutcome.ApproveAfterCancel)
        {
            Plan(payment, PaymentDeed.ApproveCancelled);
        }
    }

    private Refund Accept(Payment payment, RefundRequest request)
    {
        if (payment.Charged == 0)
        {
            throw RefusalException.Conflict("not-approved", "no money was taken with this payment");
        }

        if (request.Amount > payment.Refundable)
        {
            throw new RefusalException(
                StatusCodes.Status422UnprocessableEntity,
                "refund-exceeds-payment",
                $"{payment.Refundable} won are left to refund",
                ("remainingAmount", payment.Refundable));
        }

        var refund = new Refund(request.RefundId, request.Amount, request.Reason);
        payment.Accept(refund);
        Keep(payment);
        switch (payment.Rule.Refunds)
        {
            case RefundAnswer.ByWebhook or RefundAnswer.WithoutWebhook:
                Plan(payment, PaymentDeed.Refund, refund.Id);
                break;
            default:
                Complete(payment, refund, isPublished: false);
                break;
        }

        return refund;
    }

    private void Complete(Payment payment, Refund refund, bool isPublished)
    {
        payment.Complete(refund, clock.GetUtcNow());
        Keep(payment);
        if (isPublished)
        {
            news.Refunded(payment, refund);
        }
    }
}
