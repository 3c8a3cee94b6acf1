using System.Data.Common;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Api.Temporal;

/// <summary>Calls the order workflows by the names of contract §3.</summary>
internal sealed class TemporalOrderCommands(ITemporalClient client, OrderRuns runs, IOrderStore store) : IOrderCommands
{
    private const string PlaceUpdate = "place";
    private static readonly TimeSpan UpdateTimeout = TimeSpan.FromSeconds(3.5);
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(3);

    public async Task<OrderView?> PlaceAsync(Order order, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(order, timeout, cancellationToken);
        }
        catch (OrderRefusedException)
        {
            await UntilAsync(async token => await store.FindSnapshotAsync(order.OrderId, token) is null or { IsCancelled: true }, cancellationToken);
            throw;
        }
    }

    private async Task<OrderView?> StartAsync(Order order, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timeoutSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeoutSource.CancelAfter(timeout);
        var rpc = new RpcOptions { CancellationToken = timeoutSource.Token };
        var start = WithStartWorkflowOperation.Create(OrderTemporal.WorkflowType, [new OrderInput(order)], OrderRuns.StartOptions(order));
        WorkflowUpdateHandle<OrderView> handle;
        try
        {
            handle = await client.StartUpdateWithStartWorkflowAsync<OrderView>(
                PlaceUpdate, [], new WorkflowStartUpdateWithStartOptions(PlaceUpdate, start, WorkflowUpdateStage.Accepted) { Rpc = rpc });
        }
        catch (WorkflowUpdateFailedException e)
        {
            throw Refusal(e);
        }
        catch (Exception e) when (TimedOut(e, timeoutSource.Token) && !cancellationToken.IsCancellationRequested)
        {
            return await ExistsAsync(order.OrderId, cancellationToken)
                ? null
                : throw new OrdersUnavailableException("The order could not be started.", e);
        }

        return await ResultAsync(handle, rpc, cancellationToken);
    }

    public async Task<ExistingOrder> FindExistingAsync(string orderId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(orderId, cancellationToken))
        {
            return new ExistingOrder(false, null);
        }

        using var timeoutSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeoutSource.CancelAfter(timeout);
        var handle = Handle(orderId).GetUpdateHandle<OrderView>(PlaceUpdate);
        try
        {
            return new ExistingOrder(true, await ResultAsync(handle, new RpcOptions { CancellationToken = timeoutSource.Token }, cancellationToken));
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            // The workflow runs, but the "place" update did not reach it: the order is returned undecided.
            return new ExistingOrder(true, null);
        }
    }

    public async Task<OrderView> UpdateAsync(
        string orderId, string update, string updateId, Func<long, object> argument, CancellationToken cancellationToken)
    {
        try
        {
            var order = await runs.UpdateAsync(orderId, update, updateId, argument, UpdateTimeout, cancellationToken);
            await UntilRecordedAsync(order, cancellationToken);
            return order;
        }
        catch (WorkflowUpdateFailedException e)
        {
            throw Refusal(e);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new OrderUnknownException(orderId);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.ResourceExhausted)
        {
            throw new OrderBusyException(orderId, e);
        }
        catch (UpdateWithdrawnException e)
        {
            throw new OrdersUnavailableException(e.Message, e);
        }
    }

    public async Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        if (!await runs.SignalAsync(orderId, partnerEvent, cancellationToken))
        {
            throw new OrderUnknownException(orderId);
        }
    }

    public Task<bool> SignalOpenAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken) =>
        runs.SignalOpenAsync(orderId, partnerEvent, cancellationToken);

    public Task<IReadOnlyList<OrderEvent>> ResumeAsync(Order order, PartnerEvent partnerEvent, CancellationToken cancellationToken) =>
        runs.ResumeAsync(order, partnerEvent, cancellationToken);

    public async Task<bool> RestoreAsync(string orderId, CancellationToken cancellationToken)
    {
        if (await runs.IsRunningAsync(orderId, cancellationToken))
        {
            return false;
        }

        await runs.RestoreAsync(orderId, cancellationToken);
        return true;
    }

    public async Task<OrderView?> QueryAsync(string orderId, CancellationToken cancellationToken)
    {
        using var timeoutSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeoutSource.CancelAfter(QueryTimeout);
        try
        {
            return await Handle(orderId).QueryAsync<OrderView>(
                "order", [], new WorkflowQueryOptions { Rpc = new RpcOptions { CancellationToken = timeoutSource.Token } });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
        catch (Exception e) when (TimedOut(e, timeoutSource.Token) && !cancellationToken.IsCancellationRequested)
        {
            throw new OrdersUnavailableException($"Order {orderId} did not answer in time.", e);
        }
    }

    private Task UntilRecordedAsync(OrderView order, CancellationToken cancellationToken) => UntilAsync(
        async token => await store.FindStateAsync(order.OrderId, token) is not { } stored || stored.UpdatedAt >= order.UpdatedAt, cancellationToken);

    /// <summary>
    /// Read-your-writes: waits up to one second until the store contains the change. If the store is unavailable, the answer is returned without waiting.
    /// </summary>
    private static async Task UntilAsync(Func<CancellationToken, Task<bool>> isRecorded, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(RecordTimeout);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (!await isRecorded(timeout.Token))
            {
                await poll.WaitForNextTickAsync(timeout.Token);
            }
        }
        catch (Exception e) when (e is DbException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The change is durable in the workflow's history.
        }
    }

    private WorkflowHandle Handle(string orderId) => client.GetWorkflowHandle(OrderTemporal.WorkflowId(orderId));

    private static async Task<OrderView?> ResultAsync(
        WorkflowUpdateHandle<OrderView> handle, RpcOptions rpc, CancellationToken cancellationToken)
    {
        try
        {
            return await handle.GetResultAsync(rpc);
        }
        catch (WorkflowUpdateFailedException e)
        {
            throw Refusal(e);
        }
        catch (Exception e) when (TimedOut(e, rpc.CancellationToken ?? default) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<bool> ExistsAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            await Handle(orderId).DescribeAsync(new WorkflowDescribeOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            return true;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    private static Exception Refusal(WorkflowUpdateFailedException failure) =>
        failure.InnerException is ApplicationFailureException refused && OrderFailure.Read(refused) is { } refusal
            ? new OrderRefusedException(refusal.Slug, refusal.Message, refusal.Details)
            : failure;

    private static bool TimedOut(Exception exception, CancellationToken timeout) =>
        exception is RpcTimeoutOrCanceledException
        || (timeout.IsCancellationRequested
            && exception is OperationCanceledException or RpcException { Code: RpcException.StatusCode.Cancelled or RpcException.StatusCode.DeadlineExceeded });
}
