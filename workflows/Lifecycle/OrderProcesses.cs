using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Exchanging;
using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Returning;
using OrderOrchestration.Workflows.Shipping;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// Derives the processes that an order needs from its state alone, so they are the same after continue-as-new, a reset, or a restoration from the
/// store. A process that is no longer needed is stopped.
/// </summary>
public sealed class OrderProcesses(OrderRun run)
{
    private readonly Dictionary<string, OrderProcess> running = new(StringComparer.Ordinal);

    public bool AllFinished => running.Values.All(process => process.IsFinished);

    /// <summary>A process has ended and was not removed yet.</summary>
    public bool AnyFinished => running.Values.Any(process => process.IsFinished);

    /// <summary>Starts needed processes that do not run yet, and stops running ones that are not needed.</summary>
    public void Align()
    {
        foreach (var (key, process) in running.Where(entry => entry.Value.IsFinished).ToList())
        {
            running.Remove(key);
        }

        foreach (var process in running.Values.Where(process => !process.IsNeeded))
        {
            process.Stop();
        }

        foreach (var process in Needed().Where(process => !running.ContainsKey(process.Key)).ToList())
        {
            running[process.Key] = process;
            _ = process.RunAsync();
        }
    }

    public void StopAll()
    {
        foreach (var process in running.Values)
        {
            process.Stop();
        }
    }

    private IEnumerable<OrderProcess> Needed()
    {
        var order = run.Order;
        return Of(order)
            .Concat(order.Payments.Where(attempt => attempt.Questioned).Select(attempt => new PaymentCheckProcess(run, attempt.Number)))
            .Concat(order.Shipments.Where(shipment => ShipmentProcess.IsNeededFor(order, shipment)).Select(shipment => new ShipmentProcess(run, shipment.ShipmentId)))
            .Concat(order.Refunds.SelectMany(Of))
            .Concat(order.Exchanges.Where(ExchangeProcess.IsNeededFor).Select(exchange => new ExchangeProcess(run, exchange.ExchangeId)))
            .Concat(order.UnappliedEvents.Select(received => new UnappliedEventProcess(run, received)));
    }

    private IEnumerable<OrderProcess> Of(Order order)
    {
        if (PlacingProcess.IsNeededFor(order))
        {
            yield return new PlacingProcess(run);
        }

        if (PayingProcess.IsNeededFor(order))
        {
            yield return new PayingProcess(run);
        }

        if (PaymentRequestProcess.IsNeededFor(order))
        {
            yield return new PaymentRequestProcess(run);
        }

        if (ReservationProcess.IsNeededFor(order))
        {
            yield return new ReservationProcess(run);
        }

        if (ForeignMoneyProcess.IsNeededFor(order))
        {
            yield return new ForeignMoneyProcess(run);
        }

        if (PaymentDifferenceProcess.IsNeededFor(order))
        {
            yield return new PaymentDifferenceProcess(run);
        }

        if (PreparingProcess.IsNeededFor(order))
        {
            yield return new PreparingProcess(run);
        }

        if (AddressProcess.IsNeededFor(order))
        {
            yield return new AddressProcess(run);
        }

        if (CancellingProcess.IsNeededFor(order))
        {
            yield return new CancellingProcess(run);
        }

        if (AutoConfirmProcess.IsNeededFor(order))
        {
            yield return new AutoConfirmProcess(run);
        }

        if (order.Reward.Status == RewardStatus.Due)
        {
            yield return new RewardingProcess(run);
        }
    }

    private IEnumerable<OrderProcess> Of(Refund refund)
    {
        if (refund.AwaitingStop)
        {
            yield return new PartialCancellationProcess(run, refund.RefundId);
        }

        if (ReturnProcess.IsNeededFor(refund))
        {
            yield return new ReturnProcess(run, refund.RefundId);
        }

        if (RefundProcess.IsNeededFor(refund))
        {
            yield return new RefundProcess(run, refund.RefundId, refund.Kind switch
            {
                RefundKind.LatePayment => ProcessNames.Paying,
                RefundKind.Cancellation or RefundKind.PartialCancellation => ProcessNames.Cancelling,
                _ => ProcessNames.Return,
            });
        }

        if (RefundDueProcess.IsNeededFor(refund))
        {
            yield return new RefundDueProcess(run, refund.RefundId);
        }
    }
}
