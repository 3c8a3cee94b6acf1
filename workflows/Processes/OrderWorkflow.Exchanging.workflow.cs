using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Processes;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.State;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows;

/// <summary>
/// 교환 (hotspot 17): the replacement is reserved and bought first, then the goods are collected, then the replacement ships. No money moves.
/// Where nothing can be sent, it becomes a refund.
/// </summary>
public sealed partial class OrderWorkflow
{
    private async Task<Refusal?> ExchangeOnWishAsync(ExchangeCommand command, Wish wish)
    {
        if (ReturnAdmission.Exchange(state, command, Workflow.UtcNow) is { } refusal)
        {
            return refusal;
        }

        if (state.FindExchange(command.ExchangeId) is not null)
        {
            return null;
        }

        var exchange = new Exchange(command.ExchangeId, command.Reason, Pricing.OrderPricing.Merge(command.Lines), ExchangeStatus.Requested);
        state = state.With(exchange);
        Publish(EventTypes.ExchangeRequested, new { state.OrderId, exchange.ExchangeId, exchange.Reason, exchange.Lines }, exchange.ExchangeId);
        if (await TakeReplacementAsync(exchange) is not { } replacement)
        {
            await ConvertToRefundAsync(exchange.ExchangeId, wish);
            return null;
        }

        state = state.With(exchange with { Replacement = replacement });
        await RequestPickupAsync(exchange.ExchangeId, exchange.Lines);
        return null;
    }

    /// <summary>Reserves the replacement and buys it at once, for a pickup may take longer than a reservation lasts. <c>null</c>: there is none.</summary>
    private async Task<IReadOnlyList<ReservedLine>?> TakeReplacementAsync(Exchange exchange)
    {
        var wanted = exchange.Lines.Where(line => state.StockLines.Any(stocked => stocked.ProductId == line.ProductId)).ToList();
        if (wanted.Count == 0)
        {
            return [];
        }

        Publish(EventTypes.StockReservationRequested, new { state.OrderId, lines = wanted }, exchange.ExchangeId);
        var record = TakeRecord();
        var reserve = Reservation(record) with { Key = $"{state.OrderId}/exchange/{exchange.ExchangeId}/reserve", Lines = wanted, Sequence = exchange.ExchangeId };
        var answer = await StepAsync(OrderStep.ReserveStock, record, options =>
            Workflow.ExecuteActivityAsync((IProductSteps team) => team.ReserveStockAsync(reserve), options));
        if (answer.ReservationId is null)
        {
            return null;
        }

        var commit = new CommitStock(null, state.OrderId, answer.ReservationId, $"{state.OrderId}/exchange/{exchange.ExchangeId}/commit");
        var sold = await StepAsync(OrderStep.CommitStock, null, options =>
            Workflow.ExecuteActivityAsync((IProductSteps team) => team.CommitStockAsync(commit), options));
        return sold.Committed ? answer.Lines : null;
    }

    private Task SendReplacementAsync(string exchangeId)
    {
        var exchange = state.FindExchange(exchangeId)!;
        var preOrders = exchange.Lines.Where(line => state.PreOrderLines.Any(awaited => awaited.ProductId == line.ProductId)).ToList();
        return RequestShippingAsync(ShipmentPlan.For(state.OrderId, exchange.Replacement!, preOrders, state.Shipments.Count), exchangeId);
    }

    private void FollowExchange(Exchange exchange)
    {
        state = state.ExchangeFollows(exchange, Workflow.UtcNow);
        if (state.FindExchange(exchange.ExchangeId)!.Status == ExchangeStatus.Completed)
        {
            Publish(EventTypes.ExchangeCompleted, new { state.OrderId, exchange.ExchangeId }, exchange.ExchangeId);
        }
    }

    /// <summary>There is no replacement: the units are refunded instead.</summary>
    private Task ConvertToRefundAsync(string exchangeId, Wish wish)
    {
        var exchange = state.FindExchange(exchangeId)! with { Status = ExchangeStatus.ConvertedToRefund };
        state = state.With(exchange);
        return BeginRefundAsync(exchange.RefundId, exchange.Lines, exchange.Reason, returnRequired: true, wish);
    }
}
