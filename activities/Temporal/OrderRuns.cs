using System.Runtime.ExceptionServices;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
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
/// Sends updates and signals to an order: to its open run or, if it has none (at rest, terminated, lost with its namespace), to a new run that
/// continues from the store's snapshot.
/// </summary>
public sealed class OrderRuns(ITemporalClient client, IOrderStore store, IOrderTimeline timeline, IReceivedEvents received)
{
    /// <summary>Maximum number of tries, about four seconds: a person waits for three, and the sender of an event repeats it.</summary>
    private const int MostTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly UpdateWithdrawal withdrawal = new(client, store);

    /// <summary>The start options of an order's workflow, with all search attributes set from the beginning.</summary>
    public static WorkflowOptions StartOptions(Order order) => new(OrderTemporal.WorkflowId(order.OrderId), OrderTemporal.TaskQueue)
    {
        IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
        IdReusePolicy = order.Version == 0 ? WorkflowIdReusePolicy.RejectDuplicate : WorkflowIdReusePolicy.AllowDuplicate,
        StaticSummary = $"Order {order.OrderId}: {order.Request.Lines.Sum(line => line.Quantity)} unit(s) of {order.Request.Lines.Count} product(s)",
        TypedSearchAttributes = StartAttributes.Of(order),
    };

    /// <summary>
    /// Sends an update to an order and returns the order after it. Without an answer in time the update is withdrawn, so that it has no effect later;
    /// an update that the order had already decided is effective, and its result is returned.
    /// </summary>
    /// <param name="updateId">Identifies the command: a repeat with the same id is the same command.</param>
    /// <param name="argument">Creates the argument from the version of the stored snapshot: a run that is behind it was reset.</param>
    /// <param name="timeout">How long to wait for the answer; the withdrawal takes at most <see cref="UpdateWithdrawal.Timeout"/> more.</param>
    /// <exception cref="WorkflowUpdateFailedException">The order's state does not admit it.</exception>
    /// <exception cref="UpdateWithdrawnException">No answer in time: the update had no effect and will have none.</exception>
    /// <exception cref="RpcException">NotFound: there is no such order. ResourceExhausted: too many are in flight, and this one was not accepted.</exception>
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

    /// <summary>Signals an event of another team to an order; the same event is signalled once.</summary>
    /// <returns><c>false</c>: there is no such order.</returns>
    public async Task<bool> SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        partnerEvent = partnerEvent with { SeenVersion = (await store.FindStateAsync(orderId, cancellationToken))?.Version ?? 0 };
        if (await SignalOpenAsync(orderId, partnerEvent, cancellationToken))
        {
            return true;
        }

        // Read again: the run may have written its last record since.
        if (await store.FindSnapshotAsync(orderId, cancellationToken) is not { } order)
        {
            return false;
        }

        foreach (var shown in await ResumeAsync(order, partnerEvent, cancellationToken))
        {
            await timeline.AppendAsync(shown, cancellationToken);
        }

        return true;
    }

    /// <summary>Signals an event to an order's open run.</summary>
    /// <param name="partnerEvent">Its <see cref="PartnerEvent.SeenVersion"/> is of the stored snapshot: a run that is behind it was reset, and detects that by it.</param>
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

    /// <summary>
    /// Starts a run for an event of an order without an open run. An event that changes nothing of an order at rest is only returned for the timeline,
    /// without a run.
    /// </summary>
    /// <param name="order">As stored, read after it turned out to have no open run.</param>
    /// <returns>The entries to add to its timeline; none if a run was started, which writes them itself.</returns>
    public async Task<IReadOnlyList<OrderEvent>> ResumeAsync(Order order, PartnerEvent partnerEvent, CancellationToken cancellationToken)
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

    /// <summary>Starts a run for an order without an open run; does nothing otherwise.</summary>
    public async Task RestoreAsync(string orderId, CancellationToken cancellationToken)
    {
        var order = await store.FindSnapshotAsync(orderId, cancellationToken) ?? throw new InvalidOperationException($"order {orderId} is not in the store");
        var options = StartOptions(order);
        options.IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
        options.Rpc = new RpcOptions { CancellationToken = cancellationToken };
        var input = (await InputAsync(order, cancellationToken)) with { IsResumed = true };
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

                return await UpdateWithStartAsync(order, update, updateId, argument(order.Version), rpc);
            }
        }
    }

    private Task<OrderView> UpdateRunningAsync(string orderId, string update, string updateId, object argument, RpcOptions rpc) =>
        client.GetWorkflowHandle(OrderTemporal.WorkflowId(orderId))
            .ExecuteUpdateAsync<OrderView>(update, [argument], new WorkflowUpdateOptions(updateId) { Rpc = rpc });

    private async Task<OrderView> UpdateWithStartAsync(Order order, string update, string updateId, object argument, RpcOptions rpc)
    {
        var options = StartOptions(order);
        options.IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
        var input = await InputAsync(order, rpc.CancellationToken ?? default);
        var start = WithStartWorkflowOperation.Create((OrderWorkflow workflow) => workflow.RunAsync(input), options);
        return await client.ExecuteUpdateWithStartWorkflowAsync<OrderView>(
            update, [argument], new WorkflowUpdateWithStartOptions(updateId, start) { Rpc = rpc });
    }

    /// <summary>The stored order, with the events that its lost run had accepted and not applied. The run of an order at rest ended by itself.</summary>
    private async Task<OrderInput> InputAsync(Order order, CancellationToken cancellationToken)
    {
        var unapplied = await received.UnappliedAsync(order.OrderId, cancellationToken);
        return new OrderInput(order, Pending: [.. unapplied.Select(partnerEvent => partnerEvent with { SeenVersion = 0 })], IsResumed: !order.IsAtRest);
    }

    /// <summary>The run was reset and continues from the snapshot, so that the next run answers; or an earlier try under the same id was withdrawn.</summary>
    private static bool IsToBeSentAgain(WorkflowUpdateFailedException failure) => failure.InnerException is ApplicationFailureException
    {
        ErrorType: RefusalSlugs.OrderSuperseded or RefusalSlugs.RequestWithdrawn,
    };

    /// <summary>
    /// A closing run accepts no messages, and a failed workflow task drops the updates that came with it; a retry shortly after gets an answer, or
    /// reaches the next run.
    /// </summary>
    private static bool IsClosing(RpcException e) => e.Code is RpcException.StatusCode.ResourceExhausted or RpcException.StatusCode.FailedPrecondition;

    private static bool IsUnanswered(Exception e) => e is OperationCanceledException
        or RpcTimeoutOrCanceledException
        or RpcException { Code: RpcException.StatusCode.Cancelled or RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Unavailable };

    /// <summary>A command that was rejected because too many are in flight was not accepted: there is nothing to withdraw when its time is over.</summary>
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

/// <summary>An order did not answer an update in time: the update had no effect and will have none.</summary>
public sealed class UpdateWithdrawnException(string orderId, Exception cause) : Exception($"Order {orderId} did not answer in time.", cause);
