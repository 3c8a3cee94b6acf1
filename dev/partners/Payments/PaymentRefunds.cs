using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Scheduling;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Payments;

/// <summary>
/// Refunds of payments, of every origin: at most the charged amount in total, one refund per id. Not thread-safe: call it inside a state transaction.
/// </summary>
internal sealed class PaymentRefunds(TimeProvider clock, StepQueue steps, ScenarioBook scenarios, PaymentEvents events, PaymentStore store)
{
    /// <summary>Accepts a refund requested by the order team. Idempotent by refund id, independent of the idempotency key; a failed refund is executed again.</summary>
    public Refund Request(Payment payment, RefundRequest request)
    {
        var known = payment.RefundOf(request.RefundId);
        if (known is not null && (known.Asked ?? known.Amount) != request.Amount)
        {
            throw RefusalException.Conflict("refund-exists", $"refund {known.Id} was asked for with another amount");
        }

        if (known is { HasFailed: false })
        {
            return known;
        }

        RefuseTooMuch(payment, request.Amount);
        var rule = scenarios.ForRefund(payment.Request.OrderId, request.RefundId);
        var answer = rule?.Answer ?? payment.Rule.Refunds;
        var refund = new Refund(
            request.RefundId, Math.Min(rule?.Amount ?? request.Amount, payment.Refundable), request.Reason, request.Amount, answer: answer);
        payment.Accept(refund);
        store.Changed(payment);
        Proceed(payment, refund, answer, rule?.AfterMs ?? payment.Rule.AfterMs);
        return refund;
    }

    /// <summary>Adds a refund that the order team did not request.</summary>
    public Refund Add(Payment payment, Refund refund)
    {
        if (payment.RefundOf(refund.Id) is not null)
        {
            throw RefusalException.Conflict("refund-exists", $"payment {payment.Id} has a refund {refund.Id} already");
        }

        RefuseTooMuch(payment, refund.Amount);
        payment.Accept(refund);
        store.Changed(payment);
        return refund;
    }

    /// <summary>Runs the scheduled action of a refund that was answered 202. A refund that staff completed or failed in the meantime is not changed.</summary>
    public void End(Payment payment, string refundId)
    {
        if (payment.RefundOf(refundId) is not { Status: RefundStatus.Pending } refund)
        {
            return;
        }

        var answer = refund.Answer ?? payment.Rule.Refunds;
        if (answer == RefundAnswer.Fails)
        {
            Fail(payment, refund);
        }
        else
        {
            Complete(payment, refund, isPublished: answer == RefundAnswer.ByWebhook);
        }
    }

    public void Complete(Payment payment, Refund refund, bool isPublished)
    {
        payment.Complete(refund, clock.GetUtcNow());
        store.Changed(payment);
        if (isPublished)
        {
            events.Refunded(payment, refund);
        }
    }

    /// <summary>Fails a refund. The contract has no event for it; callers see it when they read the payment.</summary>
    public void Fail(Payment payment, Refund refund)
    {
        payment.Fail(refund);
        store.Changed(payment);
    }

    private static void RefuseTooMuch(Payment payment, long amount)
    {
        if (payment.Charged == 0)
        {
            throw RefusalException.Conflict("not-approved", "no money was taken with this payment");
        }

        if (amount > payment.Refundable)
        {
            throw new RefusalException(
                StatusCodes.Status422UnprocessableEntity,
                "refund-exceeds-payment",
                $"{payment.Refundable} won are left to refund",
                ("remainingAmount", payment.Refundable));
        }
    }

    private void Proceed(Payment payment, Refund refund, RefundAnswer answer, long? afterMs)
    {
        switch (answer)
        {
            case RefundAnswer.ByWebhook or RefundAnswer.WithoutWebhook or RefundAnswer.Fails:
                var pause = afterMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
                steps.Plan(Team.Payment, payment.Request.OrderId, new ScheduledAction(PaymentActions.Refund, payment.Id, refund.Id), pause);
                break;
            case RefundAnswer.Never:
                break;
            default:
                Complete(payment, refund, isPublished: false);
                break;
        }
    }
}
