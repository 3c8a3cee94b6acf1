using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 결제 (seed §5.2): at most one open attempt (hotspot 4), five minutes each, three more after the first failure, all within the
/// reservation. No attempt is closed before its true state is asked (hotspot 5), and money of a closed attempt goes back at once.
/// </summary>
public sealed partial class OrderWorkflow
{
    private async Task OpenAttemptAsync(string method)
    {
        state = state.PaymentAsked(method, Workflow.UtcNow);
        var attempt = state.Payments[^1];
        Publish(
            EventTypes.PaymentRequested, new { state.OrderId, attempt = attempt.Number, attempt.Amount, method }, OrderTimeline.Sequence(attempt.Number));
        var record = TakeRecord();
        var request = Request(attempt, record);
        var opened = await StepAsync(OrderStep.RequestPayment, record, options =>
            Workflow.ExecuteActivityAsync((IPaymentSteps team) => team.RequestPaymentAsync(request), options));
        state = state.PaymentOpened(attempt.Number, opened.PaymentId, Workflow.UtcNow);
    }

    private RequestPayment Request(PaymentAttempt attempt, OrderRecord? record) => new(
        record,
        state.OrderId,
        attempt.Number,
        attempt.Amount,
        attempt.Method,
        state.Request.MemberId ?? "guest",
        [.. state.Quote!.Lines.Select(line => new LineQuantity(line.ProductId, line.Quantity))],
        Key("pay", attempt.Number));

    /// <summary>The customer pays again, after a failure or because payment was put off.</summary>
    private async Task<Refusal?> PayAgainAsync(PayCommand command)
    {
        if (Admission.Pay(state) is { } refusal)
        {
            return refusal;
        }

        if (state.Payable >= state.Policies.IdentityVerificationThreshold && await VerifyIdentityAsync(command.IdentityVerificationId) is { } unverified)
        {
            return unverified;
        }

        await OpenAttemptAsync(command.Method);
        ShowStatus();
        return null;
    }

    private async Task<Refusal?> VerifyIdentityAsync(string? verificationId)
    {
        var verification = verificationId is null ? null : await StepAsync(OrderStep.VerifyIdentity, null, options =>
            Workflow.ExecuteActivityAsync((IPaymentSteps team) => team.ReadIdentityVerificationAsync(verificationId), options));
        return OrderRules.JudgeIdentity(state.Request.MemberId, state.Payable, verification, state.Policies);
    }

    /// <summary>결제 취소 (고객 취소): a cancel that came too late means that the order is paid, and it goes on.</summary>
    private async Task<Refusal?> GiveUpPaymentAsync()
    {
        if (Admission.CancelPayment(state) is { } refusal)
        {
            return refusal;
        }

        var attempt = state.OpenAttempt!;
        var closing = await CloseAttemptAsync(attempt, "customer-request");
        if (closing.Status == PaymentStatus.Approved)
        {
            AcceptPayment(attempt, closing);
        }
        else
        {
            // It may turn out that the payment team had declined it: then it is a failure like any other.
            EndAttempt(attempt, closing, PaymentStatus.Cancelled);
            await GiveUpIfExhaustedAsync();
        }

        return null;
    }

    /// <summary>결제 타임아웃 5분: ask, then cancel, then close; an approval that came before we asked is an approval.</summary>
    private async Task TimeOutPaymentAsync()
    {
        var attempt = state.OpenAttempt!;
        var closing = await CloseAttemptAsync(attempt, "timeout");
        if (closing is { Status: PaymentStatus.Approved, ApprovedLate: false })
        {
            AcceptPayment(attempt, closing);
            return;
        }

        EndAttempt(attempt, closing, PaymentStatus.TimedOut);
        if (closing.Status == PaymentStatus.Approved)
        {
            await RefundLateMoneyAsync(attempt.Number, "approved-after-timeout");
        }

        await GiveUpIfExhaustedAsync();
    }

    private Task<PaymentClosing> CloseAttemptAsync(PaymentAttempt attempt, string reason)
    {
        var record = TakeRecordIfShown();
        var close = new ClosePayment(record, Request(attempt, null), attempt.PaymentId, reason, Key("close-payment", attempt.Number));
        return StepAsync(OrderStep.ClosePayment, record, options =>
            Workflow.ExecuteActivityAsync((IPaymentSteps team) => team.ClosePaymentAsync(close), options));
    }

    private void AcceptPayment(PaymentAttempt attempt, PaymentClosing closing)
    {
        state = state.PaymentApproved(attempt.Number, closing.PaymentId, closing.ApprovalNumber);
        Publish(
            EventTypes.PartnerPaymentApproved,
            new { state.OrderId, closing.PaymentId, attempt = attempt.Number, closing.ApprovalNumber, attempt.Amount, attempt.Method },
            OrderTimeline.Sequence(attempt.Number));
        PublishPaid(attempt.Number);
    }

    /// <summary>Closes an attempt: as the payment team ended it, else as we did.</summary>
    private void EndAttempt(PaymentAttempt attempt, PaymentClosing closing, PaymentStatus ours)
    {
        var sequence = OrderTimeline.Sequence(attempt.Number);
        if (closing.Status == PaymentStatus.Declined)
        {
            DeclineAttempt(attempt, closing.DeclineCode);
            return;
        }

        state = state.PaymentEnded(attempt.Number, ours, closing.PaymentId);
        if (ours == PaymentStatus.Cancelled)
        {
            Publish(EventTypes.PaymentCancelled, new { state.OrderId, attempt = attempt.Number }, sequence);
            return;
        }

        Publish(EventTypes.PaymentTimedOut, new { state.OrderId, attempt = attempt.Number }, sequence);
        Notify(Templates.PaymentTimedOut, new { state.OrderId, attempt = attempt.Number }, sequence);
    }

    private void DeclineAttempt(PaymentAttempt attempt, string? code)
    {
        state = state.PaymentDeclined(attempt.Number, code);
        Notify(Templates.PaymentDeclined, new { state.OrderId, attempt = attempt.Number, code }, OrderTimeline.Sequence(attempt.Number));
    }

    /// <summary>결제 실패 시 3회 재시도: after the last one the order ends.</summary>
    private Task GiveUpIfExhaustedAsync() => state.PaymentIsExhausted ? CloseAsync(CancelReason.PaymentFailure) : Task.CompletedTask;

    private void PublishPaid(int? attempt) => Publish(
        EventTypes.PaymentCompleted, new { state.OrderId, attempt, amount = state.Payable, state.Quote!.Amounts.Points });

    private async Task HearPaymentAsync(PartnerEvent published)
    {
        var data = new EventData(published.Data);
        if (RefundToldBy(published) is not null)
        {
            await HearRefundAsync(published);
            return;
        }

        var attempt = state.Payments.Find(known => known.Number == data.Number("attempt"));
        if (attempt is null || (attempt.PaymentId is { } known && data.Text("paymentId") is { } told && known != told))
        {
            Ignore(published, "the order knows no such payment attempt");
            return;
        }

        await HearAboutAsync(attempt, published, data);
    }

    private async Task HearAboutAsync(PaymentAttempt attempt, PartnerEvent published, EventData data)
    {
        switch (published.Type, attempt.Status)
        {
            case (EventTypes.PartnerPaymentApproved, PaymentStatus.Pending):
                state = state.PaymentApproved(attempt.Number, data.Text("paymentId") ?? attempt.PaymentId!, data.Text("approvalNumber"));
                await Note(published);
                PublishPaid(attempt.Number);
                break;
            case (EventTypes.PartnerPaymentApproved, PaymentStatus.TimedOut or PaymentStatus.Cancelled or PaymentStatus.Declined)
                when attempt.Refunded < attempt.Amount:
                await Note(published);
                await RefundLateMoneyAsync(attempt.Number, "attempt-closed");
                break;
            case (EventTypes.PartnerPaymentDeclined, PaymentStatus.Pending):
                await Note(published);
                DeclineAttempt(attempt, data.Text("code"));
                await GiveUpIfExhaustedAsync();
                break;
            case (EventTypes.PartnerPaymentTimedOut, PaymentStatus.Pending):
                await Note(published);
                EndAttempt(attempt, new PaymentClosing(attempt.PaymentId!, PaymentStatus.TimedOut, false, null, null), PaymentStatus.TimedOut);
                await GiveUpIfExhaustedAsync();
                break;
            case (EventTypes.PartnerPaymentCancelled, PaymentStatus.Pending):
                await Note(published);
                EndAttempt(attempt, new PaymentClosing(attempt.PaymentId!, PaymentStatus.Cancelled, false, null, null), PaymentStatus.Cancelled);
                break;
            default:
                Ignore(published, $"the attempt is already {OrderSearchAttributes.Name(attempt.Status)}");
                break;
        }
    }
}
