using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Processes;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 배송 후 환불, 부분 환불 (seed §5.5): requested within the return window, approved by an admin from 100,000 won up, collected, and only then
/// paid back. A refund that was asked for is priced once; several of one order never give back the same won.
/// </summary>
public sealed partial class OrderWorkflow
{
    private async Task<Refusal?> RefundOnWishAsync(RefundCommand command, Wish wish)
    {
        if (ReturnAdmission.Refund(state, command, Workflow.UtcNow) is { } refusal)
        {
            return refusal;
        }

        if (state.FindRefund(command.RefundId) is null)
        {
            // Money for goods that stay with the customer is only given where the seller is at fault.
            var returnRequired = command.ReturnRequired ?? true;
            returnRequired |= !RefundReasons.IsSellersFault(command.Reason);
            await BeginRefundAsync(command.RefundId, Pricing.OrderPricing.Merge(command.Lines ?? []), command.Reason, returnRequired, wish);
        }

        return null;
    }

    private async Task BeginRefundAsync(string refundId, IReadOnlyList<LineQuantity> lines, string reason, bool returnRequired, Wish? wish = null)
    {
        state = state.RefundAsked(refundId, lines, reason, returnRequired, Workflow.UtcNow);
        var refund = state.FindRefund(refundId)!;
        PublishRefund(refund, EventTypes.RefundRequested, EventTypes.PartialRefundRequested, new
        {
            state.OrderId,
            refundId,
            amount = refund.Card,
            refund.Points,
            reason,
            returnRequired,
            lines = refund.Units,
        });
        if (refund.Status == RefundStatus.AwaitingApproval)
        {
            journal.Add(OrderTimeline.Notification(
                state.OrderId, Templates.Operators, Templates.RefundAwaitingApproval, refundId, new { state.OrderId, refundId, amount = refund.Card, refund.Points }));
            return;
        }

        await GoOnWithAsync(refund, wish);
    }

    /// <summary>환불 승인하기 (관리자).</summary>
    private async Task<Refusal?> DecideRefundAsync(RefundDecision decision, Wish wish)
    {
        if (ReturnAdmission.Decide(state, decision) is { } refusal)
        {
            return refusal;
        }

        var refund = state.FindRefund(decision.RefundId)! with { DecidedBy = decision.By, Note = decision.Note };
        if (decision.Approved)
        {
            PublishApproval(refund);
            await GoOnWithAsync(refund, wish);
            return null;
        }

        state = state.With(refund with { Status = RefundStatus.Rejected });
        Publish(EventTypes.RefundRejected, new { state.OrderId, refund.RefundId, decision.By, decision.Note }, refund.RefundId);
        Notify(Templates.RefundRejected, new { state.OrderId, refund.RefundId, decision.Note }, refund.RefundId);
        return null;
    }

    /// <summary>Nothing stands in the way any more: the goods are collected, or the money goes back. Whoever asked has their answer before that takes its time.</summary>
    private async Task GoOnWithAsync(Refund refund, Wish? wish)
    {
        state = state.With(refund with { Status = refund.ReturnRequired ? RefundStatus.AwaitingPickup : RefundStatus.Processing });
        await RecordAsync();
        wish?.Answer(refusal: null);
        if (refund.ReturnRequired)
        {
            await RequestPickupAsync(refund.RefundId, refund.Units);
        }
        else
        {
            await PayBackAsync(refund.RefundId);
        }
    }

    /// <param name="returnId">The refund's or the exchange's id: unique in the order, while a pickup's is unique at the logistics team.</param>
    private async Task RequestPickupAsync(string returnId, IReadOnlyList<LineQuantity> lines)
    {
        var record = TakeRecord();
        var pickupId = PickupId(returnId);
        var pickup = new RequestPickup(record, state.OrderId, pickupId, lines, state.ShipTo, $"{state.OrderId}/pickup/{pickupId}");
        await StepAsync(OrderStep.RequestPickup, record, options =>
            Workflow.ExecuteActivityAsync((ILogisticsSteps team) => team.RequestPickupAsync(pickup), options));
    }

    private string PickupId(string returnId) => $"{state.OrderId}-{returnId}";

    /// <summary>반품이 수거되었다: what is not defective goes on the shelves again, then the refund or the exchange goes on.</summary>
    private async Task HearPickupAsync(PartnerEvent published)
    {
        var data = new EventData(published.Data);
        var pickupId = data.Text("pickupId");
        var isDefective = data.Text("condition") == RefundReasons.Defective;
        if (state.Refunds.Find(known => PickupId(known.RefundId) == pickupId) is { Status: RefundStatus.AwaitingPickup } refund)
        {
            await Note(published);
            state = state.With(refund with { Status = RefundStatus.Processing });
            await TakeGoodsInAsync(refund.RefundId, refund.Units, refund.Reason, isDefective);
            await PayBackAsync(refund.RefundId);
        }
        else if (state.Exchanges.Find(known => PickupId(known.ExchangeId) == pickupId) is { Status: ExchangeStatus.Requested } exchange)
        {
            await Note(published);
            state = state.With(exchange with { Status = ExchangeStatus.PickedUp });
            await TakeGoodsInAsync(exchange.ExchangeId, exchange.Lines, exchange.Reason, isDefective);
            await SendReplacementAsync(exchange.ExchangeId);
        }
        else
        {
            Ignore(published, "no return of the order waits for this pickup");
        }
    }

    private Task TakeGoodsInAsync(string returnId, IReadOnlyList<LineQuantity> units, string reason, bool isDefective) =>
        isDefective ? Task.CompletedTask : RestoreGoodsAsync(units, reason, returnId, $"{state.OrderId}/restore-goods/{returnId}");

    /// <summary>환불이 승인되었다: by an admin before, or by the policy now that nothing is left to wait for.</summary>
    private async Task PayBackAsync(string refundId)
    {
        var refund = state.FindRefund(refundId)!;
        if (refund.DecidedBy is null)
        {
            PublishApproval(refund with { DecidedBy = "policy" });
        }

        await PayRefundsAsync();
    }

    private void PublishApproval(Refund refund) =>
        PublishRefund(refund, EventTypes.RefundApproved, EventTypes.PartialRefundApproved, new { state.OrderId, refund.RefundId, by = refund.DecidedBy });

    private void PublishRefund(Refund refund, string whole, string partial, object data) => Publish(refund.IsWhole ? whole : partial, data, refund.RefundId);
}
