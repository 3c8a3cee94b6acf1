using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Processes;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 주문 접수 (seed §5.1, §5.3): rules, coupon, points, stock, payment request, in this order; each hold is noted before it is asked for,
/// and what was held is given back in reverse. Until stock is asked for nothing is recorded: a refused order leaves nothing.
/// </summary>
public sealed partial class OrderWorkflow
{
    /// <summary>How long the facts are waited for before the customer is shown the order without them.</summary>
    private static readonly TimeSpan FirstFactsPatience = TimeSpan.FromSeconds(8);

    /// <summary>What the update <c>place</c> waits for.</summary>
    private readonly Wish acceptance = new("place");

    private bool isShown;

    private async Task AcceptAsync(OrderFacts? given)
    {
        Refusal? refusal = null;
        try
        {
            refusal = await TryAcceptAsync(given ?? await AskForFactsAsync());
        }
        finally
        {
            acceptance.Answer(refusal);
        }
    }

    private async Task<Refusal?> TryAcceptAsync(OrderFacts facts)
    {
        if (OrderRules.Judge(state.Request, facts, state.Policies) is { } broken)
        {
            return await RefuseAsync(broken);
        }

        state = state.Priced(OrderPricing.Quote(state.Request.Lines, facts, state.Request.Points, state.Policies), facts);
        if (await TakeCouponAsync() is { } couponRefused)
        {
            return await RefuseAsync(couponRefused);
        }

        if (await TakePointsAsync() is { } pointsRefused)
        {
            await GiveCouponBackAsync(pointsRefused.Slug);
            return await RefuseAsync(pointsRefused);
        }

        PublishPlaced();
        if (await TakeStockAsync() is { } shortage)
        {
            await CloseAsync(CancelReason.StockShortage);
            return shortage;
        }

        await RequestFirstPaymentAsync();
        ShowStatus();
        await RecordAsync();
        return null;
    }

    /// <summary>The starter could not reach a team: the order asks itself, and once that takes longer its customer is shown it.</summary>
    private async Task<OrderFacts> AskForFactsAsync()
    {
        var request = state.Request;
        try
        {
            var options = OrderStep.ReadFacts.Options(FirstFactsPatience);
            return await Workflow.ExecuteActivityAsync((IOrderSteps own) => own.ReadFactsAsync(new ReadFacts(null, request)), options);
        }
        catch (ActivityFailureException)
        {
            isShown = true;
            var record = TakeRecord();
            return await StepAsync(OrderStep.ReadFacts, record, options =>
                Workflow.ExecuteActivityAsync((IOrderSteps own) => own.ReadFactsAsync(new ReadFacts(record, request)), options));
        }
    }

    private async Task<Refusal> RefuseAsync(Refusal refusal)
    {
        state = state.Refused(refusal.Slug);
        ShowStatus();
        if (isShown || parkings > 0)
        {
            Publish(EventTypes.OrderCancelled, new { state.OrderId, reason = state.CancelReason, state.Refusal });
            await RecordAsync();
        }

        return refusal;
    }

    private async Task<Refusal?> TakeCouponAsync()
    {
        if (state.Request is not { CouponCode: { } code, MemberId: not null })
        {
            return null;
        }

        state = state with { Coupon = Hold.Asked };
        var redemption = Redemption();
        var answer = await StepAsync(OrderStep.RedeemCoupon, null, options =>
            Workflow.ExecuteActivityAsync((IPromotionSteps team) => team.RedeemCouponAsync(redemption), options));
        state = state with { Coupon = answer.Used ? Hold.Taken : Hold.None };
        return answer.Used ? null : OrderRules.CouponRejected(code, answer.Reason ?? "conditions-not-met");
    }

    private async Task<Refusal?> TakePointsAsync()
    {
        if (state.Request.Points == Won.Zero)
        {
            return null;
        }

        state = state with { Points = Hold.Asked };
        var use = PointUse();
        var answer = await StepAsync(OrderStep.UsePoints, null, options =>
            Workflow.ExecuteActivityAsync((IMemberSteps team) => team.UsePointsAsync(use), options));
        state = state with { Points = answer.Used ? Hold.Taken : Hold.None };
        return answer.Used ? null : OrderRules.PointsRejected(state.Request.Points, answer.Reason ?? "refused");
    }

    private async Task<Refusal?> TakeStockAsync()
    {
        if (state.StockLines.Count == 0)
        {
            state = state.NothingToReserve(Workflow.UtcNow);
            return null;
        }

        state = state with { Stock = Hold.Asked };
        Publish(EventTypes.StockReservationRequested, new { state.OrderId, lines = state.StockLines });
        var record = TakeRecord();
        var reservation = Reservation(record);
        var answer = await StepAsync(OrderStep.ReserveStock, record, options =>
            Workflow.ExecuteActivityAsync((IProductSteps team) => team.ReserveStockAsync(reservation), options));
        if (answer.ReservationId is null)
        {
            state = state with { Stock = Hold.None };
            return Refusal.Of(
                RefusalSlugs.StockShortage, "There is not enough stock.", new { state.OrderId, answer.Shortages, answer.Recommendations });
        }

        state = state.StockReserved(answer);
        Notify(Templates.OrderPlaced, new { state.OrderId, state.Quote!.Amounts.Payable });
        return null;
    }

    private Task RequestFirstPaymentAsync()
    {
        if (state.Payable == Won.Zero)
        {
            state = state.Paid();
            PublishPaid(attempt: null);
            return Task.CompletedTask;
        }

        return state.Request.Payment is { } payment ? OpenAttemptAsync(payment.Method) : Task.CompletedTask;
    }

    private void PublishPlaced()
    {
        var request = state.Request;
        var quote = state.Quote!;
        Publish(EventTypes.OrderPlaced, new { state.OrderId, request.MemberId, lines = request.Lines, quote.Amounts });
        Publish(EventTypes.ShippingAddressSelected, new { state.OrderId, request.ShipTo.PostalCode });
        if (request.DeliveryNote is not null)
        {
            Publish(EventTypes.DeliveryNoteRegistered, new { state.OrderId, request.DeliveryNote });
        }

        if (state.Coupon == Hold.Taken)
        {
            Publish(EventTypes.CouponRedeemed, new { state.OrderId, request.CouponCode });
            Publish(EventTypes.CouponApplied, new { state.OrderId, request.CouponCode, discount = quote.Amounts.CouponDiscount });
        }

        if (state.Points == Hold.Taken)
        {
            Publish(EventTypes.PointsUsed, new { state.OrderId, request.MemberId, request.Points });
        }

        if (quote.Amounts.TierDiscount > Won.Zero)
        {
            Publish(EventTypes.TierBenefitApplied, new { state.OrderId, request.MemberId, state.Member!.Tier, discount = quote.Amounts.TierDiscount });
        }

        var amounts = quote.Amounts;
        Publish(EventTypes.DiscountFixed, new { state.OrderId, amounts.Items, amounts.CouponDiscount, amounts.TierDiscount, amounts.ShippingFee, amounts.Payable });
    }

    private string Key(string step, int sequence = 1) => $"{state.OrderId}/{step}/{OrderTimeline.Sequence(sequence)}";

    private RedeemCoupon Redemption() => new(state.OrderId, state.Request.MemberId!, state.Request.CouponCode!, Key("redeem-coupon"));

    private UsePoints PointUse() => new(state.OrderId, state.Request.MemberId!, state.Request.Points, Key("use-points"));

    private ReserveStock Reservation(OrderRecord? record) => new(
        record, state.OrderId, Key("reserve-stock"), state.StockLines, (int)Math.Ceiling(state.Policies.ReservationTtl.TotalSeconds), state.Policies.SimilarProductCount);
}
