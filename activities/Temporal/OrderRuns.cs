using System.Runtime.ExceptionServices;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Temporal;

/// <summary>
/// Reaches an order wherever it is: its open run, or, where it has none (at rest, terminated, lost with its namespace), a new one that takes the order up
/// from the store's snapshot.
/// </summary>
public sealed class OrderRuns(ITemporalClient client, IOrderStore store, IOrderTimeline timeline, IReceivedEvents received)
{
    /// <summary>About four seconds: a person waits for three, and whoever sends an event sends it again.</summary>
    private const int MostTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly UpdateWithdrawal withdrawal = new(client, store);

    /// <summary>How an order's workflow is started: with all that an operator searches by set from the beginning.</summary>
    public static WorkflowOptions StartOptions(Order order) => new(OrderTemporal.WorkflowId(order.OrderId), OrderTemporal.TaskQueue)
    {
        IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
        IdReusePolicy = order.Version == 0 ? WorkflowIdReusePolicy.RejectDuplicate : WorkflowIdReusePolicy.AllowDuplicate,
        StaticSummary = $"Order {order.OrderId}: {order.Request.Lines.Sum(line => line.Quantity)} unit(s) of {order.Request.Lines.Count} product(s)",
        TypedSearchAttributes = StartAttributes.Of(order),
    };

    /// <summary>
    /// Asks an order for a change and answers the order after it. Where no answer comes in time the request is withdrawn, so that nothing of it
    /// happens later; one that the order had decided by then has happened, and is answered all the same.
    /// </summary>
    /// <param name="updateId">The same id is the same command, however often it is sent.</param>
    /// <param name="argument">Made of the version of the stored snapshot: a run that is behind it was reset.</param>
    /// <param name="timeout">How long the answer is waited for; the withdrawal takes at most <see cref="UpdateWithdrawal.Timeout"/> more.</param>
    /// <exception cref="WorkflowUpdateFailedException">The order's state does not admit it.</exception>
    /// <exception cref="UpdateWithdrawnException">No answer in time: it has not happened and will not.</exception>
    /// <exception cref="RpcException">NotFound: there is no such order. ResourceExhausted: too many are in flight, and this one was not taken.</exception>
    public async Task<OrderView> UpdateAsync(
        string orderId, string update, string updateId, Func<long, object> argument, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(timeout);
        var tried = updateId;
        try
        {
            var seen = (await store.FindStateAsync(orderId, budget.Token))?.Version ?? 0;
            return await UpdateAsync(orderId, update, id => tried = id, updateId, argument, seen, new RpcOptions { CancellationToken = budget.Token });
        }
        catch (Exception e) when (budget.IsCancellationRequested && !cancellationToken.IsCancellationRequested && IsUnanswered(e))
        {
            return await withdrawal.DecidedAsync(orderId, tried, cancellationToken) ?? throw new UpdateWithdrawnException(orderId, e);
        }
    }

    /// <summary>Hands an event of another team on to an order; the same event is handed on once.</summary>
    /// <returns><c>false</c>: there is no such order.</returns>
    public async Task<bool> SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        partnerEvent = partnerEvent with { SeenVersion = (await store.FindStateAsync(orderId, cancellationToken))?.Version ?? 0 };
        if (await SignalOpenAsync(orderId, partnerEvent, cancellationToken))
        {
            return true;
        }

        // Read anew: the run may have written its last record since.
        if (await store.FindSnapshotAsync(orderId, cancellationToken) is not { } order)
        {
            return false;
        }

        foreach (var shown in await TakeUpAsync(order, partnerEvent, cancellationToken))
        {
            await timeline.AppendAsync(shown, cancellationToken);
        }

        return true;
    }

    /// <summary>Hands an event on to an order's open run.</summary>
    /// <param name="partnerEvent">Its <see cref="PartnerEvent.SeenVersion"/> is of the stored snapshot: a run that is behind it was reset, and notices by it.</param>
    /// <returns><c>false</c>: the order has no open run.</returns>
    public async Task<bool> SignalOpenAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await PartnerEventSignal.SendAsync(client, OrderTemporal.WorkflowId(orderId), orderId, partnerEvent, cancellationToken);
                return true;
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                return false;
            }
            catch (RpcException e) when (tries < MostTries && IsClosing(e))
            {
                await PauseAsync(tries, cancellationToken);
            }
        }
    }

    /// <summary>Hands an event on to an order without an open run. One that changes nothing about an order at rest is only to be shown: it costs no run.</summary>
    /// <param name="order">As stored, read after it turned out to have no open run.</param>
    /// <returns>What its timeline is to show of it; nothing where a run took the order up and shows it itself.</returns>
    public async Task<IReadOnlyList<OrderEvent>> TakeUpAsync(Order order, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        if (order.IsAtRest)
        {
            var changes = PartnerEvents.Apply(order, partnerEvent, partnerEvent.Time);
            if (changes.All(change => change is PartnerEventReceived or PartnerEventProcessed))
            {
                return
                [
                    .. changes.OfType<PartnerEventReceived>().Select(shown => shown.IgnoredBecause is { } why
                        ? OrderTimeline.Ignored(order.OrderId, partnerEvent, why)
                        : OrderTimeline.Published(order.OrderId, partnerEvent)),
                ];
            }
        }

        var options = StartOptions(order);
        options.IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
        options.Rpc = new RpcOptions { CancellationToken = cancellationToken };
        options.SignalWithStart((OrderWorkflow workflow) => workflow.OnPartnerEventAsync(partnerEvent));
        var input = await InputAsync(order, cancellationToken);
        await client.StartWorkflowAsync((OrderWorkflow workflow) => workflow.RunAsync(input), options);
        return [];
    }

    /// <summary>Takes an order up that has no open run; does nothing to one that has.</summary>
    public async Task RestoreAsync(string orderId, CancellationToken cancellationToken)
    {
        var order = await store.FindSnapshotAsync(orderId, cancellationToken) ?? throw new InvalidOperationException($"order {orderId} is not in the store");
        var options = StartOptions(order);
        options.IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
        options.Rpc = new RpcOptions { CancellationToken = cancellationToken };
        var input = (await InputAsync(order, cancellationToken)) with { IsTakenUp = true };
        await client.StartWorkflowAsync((OrderWorkflow workflow) => workflow.RunAsync(input), options);
    }

    /// <summary>Whether an order has an open run.</summary>
    public async Task<bool> IsRunningAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            var description = await client.GetWorkflowHandle(OrderTemporal.WorkflowId(orderId))
                .DescribeAsync(new WorkflowDescribeOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            return description.Status == WorkflowExecutionStatus.Running;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task<OrderView> UpdateAsync(
        string orderId, string update, Action<string> trying, string updateId, Func<long, object> argument, long seenVersion, RpcOptions rpc)
    {
        for (var tries = 1; ; tries++)
        {
            trying(updateId);
            try
            {
                return await UpdateRunningAsync(orderId, update, updateId, argument(seenVersion), rpc);
            }
            catch (WorkflowUpdateFailedException e) when (tries < MostTries && IsToBeSentAgain(e))
            {
                await PauseAsync(tries, rpc.CancellationToken ?? default);
                updateId += "+";
            }
            catch (RpcException e) when (tries < MostTries && IsClosing(e))
            {
                await PauseAsync(tries, e, rpc.CancellationToken ?? default);
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                var order = await store.FindSnapshotAsync(orderId, rpc.CancellationToken ?? default);
                if (order is null)
                {
                    throw;
                }

                return await UpdateTakenUpAsync(order, update, updateId, argument(order.Version), rpc);
            }
        }
    }

    private Task<OrderView> UpdateRunningAsync(string orderId, string update, string updateId, object argument, RpcOptions rpc) =>
        client.GetWorkflowHandle(OrderTemporal.WorkflowId(orderId))
            .ExecuteUpdateAsync<OrderView>(update, [argument], new WorkflowUpdateOptions(updateId) { Rpc = rpc });

    private async Task<OrderView> UpdateTakenUpAsync(Order order, string update, string updateId, object argument, RpcOptions rpc)
    {
        var options = StartOptions(order);
        options.IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
        var input = await InputAsync(order, rpc.CancellationToken ?? default);
        var start = WithStartWorkflowOperation.Create((OrderWorkflow workflow) => workflow.RunAsync(input), options);
        return await client.ExecuteUpdateWithStartWorkflowAsync<OrderView>(
            update, [argument], new WorkflowUpdateWithStartOptions(updateId, start) { Rpc = rpc });
    }

    /// <summary>The order as it is stored, with the events that its lost run had accepted and not applied. The run of an order at rest ended by itself.</summary>
    private async Task<OrderInput> InputAsync(Order order, CancellationToken cancellationToken)
    {
        var unapplied = await received.UnappliedAsync(order.OrderId, cancellationToken);
        return new OrderInput(order, Pending: [.. unapplied.Select(partnerEvent => partnerEvent with { SeenVersion = 0 })], IsTakenUp: !order.IsAtRest);
    }

    /// <summary>The run was reset and takes the snapshot up, so that the next one answers; or an earlier try under the same id was withdrawn.</summary>
    private static bool IsToBeSentAgain(WorkflowUpdateFailedException failure) => failure.InnerException is ApplicationFailureException
    {
        ErrorType: RefusalSlugs.OrderSuperseded or RefusalSlugs.RequestWithdrawn,
    };

    /// <summary>
    /// A run that is about to close takes nothing in, and one whose workflow task failed gives back the updates that came with it; a moment later there is
    /// an answer, or the next run.
    /// </summary>
    private static bool IsClosing(RpcException e) => e.Code is RpcException.StatusCode.ResourceExhausted or RpcException.StatusCode.FailedPrecondition;

    private static bool IsUnanswered(Exception e) => e is OperationCanceledException
        or RpcTimeoutOrCanceledException
        or RpcException { Code: RpcException.StatusCode.Cancelled or RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Unavailable };

    /// <summary>A command that was refused because too many are in flight was not taken: there is nothing to withdraw when its time is over.</summary>
    private static async Task PauseAsync(int tries, RpcException refused, CancellationToken cancellationToken)
    {
        try
        {
            await PauseAsync(tries, cancellationToken);
        }
        catch (OperationCanceledException) when (refused.Code == RpcException.StatusCode.ResourceExhausted)
        {
            ExceptionDispatchInfo.Throw(refused);
        }
    }

    private static Task PauseAsync(int tries, CancellationToken cancellationToken) =>
        Task.Delay(Pause * Math.Min(tries, 5), cancellationToken);
}

/// <summary>An order did not answer a request in time: the request has not happened and will not.</summary>
public sealed class UpdateWithdrawnException(string orderId, Exception cause) : Exception($"Order {orderId} did not answer in time.", cause);
