using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Scheduling;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Payments;

/// <summary>
/// The payment team: attempts, their decisions and refunds. Each attempt is charged at most once, and refunds never exceed the charged amount.
/// There is one payment per order and attempt, independent of the idempotency key.
/// </summary>
public sealed class PaymentTeam
{
    private readonly Dictionary<string, IdentityVerification> verifications = new(StringComparer.Ordinal);
    private readonly PartnersOptions options;
    private readonly TeamsState state;
    private readonly StepQueue steps;
    private readonly ScenarioBook scenarios;
    private readonly PaymentEvents events;
    private readonly PaymentStore store;
    private readonly PaymentRefunds refunds;
    private readonly Ids ids;

    internal PaymentTeam(PartnersOptions options, TeamsState state, StepQueue steps, ScenarioBook scenarios, PaymentEvents events, Ids ids)
    {
        this.options = options;
        this.state = state;
        this.steps = steps;
        this.scenarios = scenarios;
        this.events = events;
        this.ids = ids;
        store = new PaymentStore(options.TimeProvider, state);
        refunds = new PaymentRefunds(options.TimeProvider, steps, scenarios, events, store);
        Console = new PaymentConsole(state, store, refunds, events, ids);
        steps.Handle(Team.Payment, HandleAction);
        foreach (var (verificationId, verification) in state.Load<KeyValuePair<string, IdentityVerification>>(Kinds.Verification))
        {
            verifications.Add(verificationId, verification);
        }
    }

    /// <summary>Actions of the team's staff without the order team.</summary>
    public PaymentConsole Console { get; }

    /// <summary>Adds or replaces an identity verification.</summary>
    public void SetVerification(string verificationId, string memberId, bool verified)
    {
        using (state.Enter())
        {
            verifications[verificationId] = new IdentityVerification(verified, memberId);
            state.Keep(Kinds.Verification, verificationId, KeyValuePair.Create(verificationId, verifications[verificationId]));
        }
    }

    /// <summary>All attempts of an order, by attempt number.</summary>
    public IReadOnlyList<PaymentInfo> OfOrder(string orderId)
    {
        using (state.Enter())
        {
            return [.. store.All.Where(p => p.Request.OrderId == orderId).OrderBy(p => p.Request.Attempt).Select(p => p.Info)];
        }
    }

    /// <summary>Decides a payment by hand, with its webhook, independent of the scenario.</summary>
    /// <param name="amount">Won charged instead of the requested amount.</param>
    /// <returns>False if the payment is no longer pending. A cancelled or declined payment can still be approved (late approval).</returns>
    public bool Decide(string paymentId, PaymentOutcome outcome, string? declineCode = null, long? amount = null)
    {
        Require.Positive(amount ?? 1, "amount");
        using (state.Enter())
        {
            return Apply(store.Find(paymentId), outcome, declineCode, isLate: true, amount);
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
            if (store.FindAttempt(request.OrderId, request.Attempt) is { } earlier)
            {
                throw new RefusalException(
                    StatusCodes.Status409Conflict,
                    "attempt-exists",
                    $"attempt {request.Attempt} of order {request.OrderId} was requested before",
                    ("paymentId", earlier.Id));
            }

            var payment = new Payment(
                ids.Next("pay"), request, scenarios.ForPayment(request.OrderId, request.Attempt, request.Method));
            store.Add(payment);
            PlanDecision(payment);
            return new PaymentAccepted(payment.Id, PaymentStatus.Pending);
        }
    }

    internal PaymentInfo Get(string paymentId)
    {
        using (state.Enter())
        {
            return store.Find(paymentId).Info;
        }
    }

    /// <summary><c>GET /payments?from&amp;to</c>: the payments that changed in the window.</summary>
    internal PaymentPage List(PaymentListing listing)
    {
        using (state.Enter())
        {
            return store.Page(listing, options.PaymentPageSize);
        }
    }

    internal CancelAnswer Cancel(string paymentId)
    {
        using (state.Enter())
        {
            var payment = store.Find(paymentId);
            if (payment.Status == PaymentStatus.Pending)
            {
                CancelPending(payment);
            }

            return new CancelAnswer(payment.Status);
        }
    }

    /// <summary>Accepts a refund. Idempotent by refund id, independent of the idempotency key.</summary>
    internal (RefundDone? Done, RefundAccepted? Accepted) Refund(string paymentId, RefundRequest request)
    {
        Require.Text(request.RefundId, "refundId");
        Require.Positive(request.Amount, "amount");
        using (state.Enter())
        {
            var payment = store.Find(paymentId);
            var refund = refunds.Request(payment, request);
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
            return reader(store.All);
        }
    }

    private void PlanDecision(Payment payment)
    {
        if (payment.Rule.Outcome is PaymentOutcome.NoAnswer or PaymentOutcome.TooLateToCancel or PaymentOutcome.ApproveAfterCancel)
        {
            return;
        }

        Plan(payment, PaymentActions.Decide);
    }

    private void Plan(Payment payment, string verb)
    {
        var pause = payment.Rule.AfterMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        steps.Plan(Team.Payment, payment.Request.OrderId, new ScheduledAction(verb, payment.Id), pause);
    }

    private void HandleAction(ScheduledAction action)
    {
        var payment = store.Find(action.Of);
        switch (action.Verb)
        {
            case PaymentActions.Decide:
                Apply(payment, payment.Rule.Outcome, payment.Rule.DeclineCode, isLate: false);
                break;
            case PaymentActions.ApproveCancelled or PaymentActions.ApproveDeclined:
                Apply(payment, PaymentOutcome.Approve, null, isLate: true);
                break;
            case PaymentActions.Refund:
                refunds.End(payment, action.Detail!);
                break;
            default:
                throw new InvalidOperationException($"the payment team knows no action '{action.Verb}'");
        }
    }

    private bool Apply(Payment payment, PaymentOutcome outcome, string? declineCode, bool isLate, long? amount = null)
    {
        var mayApproveLate = isLate && payment is { Status: PaymentStatus.Cancelled or PaymentStatus.Declined, ApprovalNumber: null }
            && outcome is PaymentOutcome.Approve or PaymentOutcome.ApproveWithoutWebhook;
        if (payment.Status != PaymentStatus.Pending && !mayApproveLate)
        {
            return false;
        }

        switch (outcome)
        {
            case PaymentOutcome.Approve or PaymentOutcome.ApproveWithoutWebhook:
                payment.Approve(ids.Next("appr"), amount);
                break;
            case PaymentOutcome.Decline or PaymentOutcome.ApproveAfterDecline:
                payment.Decline(declineCode ?? "invalid-payment-info");
                break;
            case PaymentOutcome.TimeOut or PaymentOutcome.CustomerCancel:
                payment.Cancel();
                break;
            default:
                return false; // The other outcomes do not decide the payment.
        }

        store.Changed(payment);
        Publish(payment, outcome);
        if (outcome == PaymentOutcome.ApproveAfterDecline)
        {
            Plan(payment, PaymentActions.ApproveDeclined);
        }

        return true;
    }

    private void Publish(Payment payment, PaymentOutcome outcome)
    {
        switch (outcome)
        {
            case PaymentOutcome.Approve:
                events.Approved(payment);
                break;
            case PaymentOutcome.Decline or PaymentOutcome.ApproveAfterDecline:
                events.Declined(payment);
                break;
            case PaymentOutcome.TimeOut:
                events.TimedOut(payment);
                break;
            case PaymentOutcome.CustomerCancel:
                events.CancelledByCustomer(payment);
                break;
            default:
                break; // Approved without an event: callers see it only when they read the payment.
        }
    }

    private void CancelPending(Payment payment)
    {
        if (payment.Rule.Outcome == PaymentOutcome.TooLateToCancel)
        {
            Apply(payment, PaymentOutcome.Approve, null, isLate: false);
            return;
        }

        payment.Cancel();
        store.Changed(payment);
        if (payment.Rule.Outcome == PaymentOutcome.ApproveAfterCancel)
        {
            Plan(payment, PaymentActions.ApproveCancelled);
        }
    }
}
