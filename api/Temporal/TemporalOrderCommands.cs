using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Api.Temporal;

/// <summary>Speaks to the order workflows by the fixed names of contract §3.</summary>
internal sealed class TemporalOrderCommands(ITemporalClient client) : IOrderCommands
{
    private const string PlaceUpdate = "place";
    private static readonly TimeSpan UpdatePatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan QueryPatience = TimeSpan.FromSeconds(3);

    public async Task<OrderView?> PlaceAsync(OrderInput input, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(patience);
        var rpc = new RpcOptions { CancellationToken = budget.Token };
        var start = WithStartWorkflowOperation.Create(OrderTemporal.WorkflowType, [input], OrderStart.Options(input));
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
        catch (Exception e) when (TimedOut(e, budget.Token) && !cancellationToken.IsCancellationRequested)
        {
            return await ExistsAsync(input.Request.OrderId, cancellationToken)
                ? null
                : throw new OrdersUnavailableException("The order could not be started.", e);
        }

        return await ResultAsync(handle, rpc, cancellationToken);
    }

    public async Task<Met> MeetAsync(string orderId, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(orderId, cancellationToken))
        {
            return new Met(false, null);
        }

        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(patience);
        var handle = Handle(orderId).GetUpdateHandle<OrderView>(PlaceUpdate);
        try
        {
            return new Met(true, await ResultAsync(handle, new RpcOptions { CancellationToken = budget.Token }, cancellationToken));
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            // The order goes on, but the wish to be told of its decision did not arrive: it is answered as it stands.
            return new Met(true, null);
        }
    }

    public async Task<OrderView> UpdateAsync(
        string orderId, string update, string updateId, object? argument, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(UpdatePatience);
        try
        {
            object?[] arguments = argument is null ? [] : [argument];
            return await Handle(orderId).ExecuteUpdateAsync<OrderView>(
                update, arguments, new WorkflowUpdateOptions(updateId) { Rpc = new RpcOptions { CancellationToken = budget.Token } });
        }
        catch (WorkflowUpdateFailedException e)
        {
            throw Refusal(e);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new OrderClosedException(orderId);
        }
        catch (Exception e) when (TimedOut(e, budget.Token) && !cancellationToken.IsCancellationRequested)
        {
            throw new OrdersUnavailableException($"Order {orderId} did not answer in time.", e);
        }
    }

    public async Task<ClaimOutcome> ClaimClosedAsync(ClaimInput input, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(UpdatePatience);
        var rpc = new RpcOptions { CancellationToken = budget.Token };
        var options = OrderStart.Options(input);
        options.Rpc = rpc;
        try
        {
            var handle = await MeetOrStartAsync(input, options);
            return await handle.GetResultAsync<ClaimOutcome>(rpcOptions: rpc);
        }
        catch (Exception e) when (TimedOut(e, budget.Token) && !cancellationToken.IsCancellationRequested)
        {
            throw new OrdersUnavailableException($"The claim of order {input.OrderId} is not decided yet.", e);
        }
    }

    public async Task SignalAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        try
        {
            await PartnerEventSignal.SendAsync(client, OrderTemporal.WorkflowId(orderId), orderId, partnerEvent, cancellationToken);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new OrderClosedException(orderId);
        }
    }

    public async Task<OrderView?> QueryAsync(string orderId, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(QueryPatience);
        try
        {
            return await Handle(orderId).QueryAsync<OrderView>(
                "order", [], new WorkflowQueryOptions { Rpc = new RpcOptions { CancellationToken = budget.Token } });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
        catch (Exception e) when (TimedOut(e, budget.Token) && !cancellationToken.IsCancellationRequested)
        {
            throw new OrdersUnavailableException($"Order {orderId} did not answer in time.", e);
        }
    }

    private async Task<WorkflowHandle> MeetOrStartAsync(ClaimInput input, WorkflowOptions options)
    {
        try
        {
            return await client.StartWorkflowAsync(ClaimTemporal.WorkflowType, [input], options);
        }
        catch (WorkflowAlreadyStartedException)
        {
            return client.GetWorkflowHandle(ClaimTemporal.WorkflowId(input.OrderId));
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

    private static bool TimedOut(Exception exception, CancellationToken budget) =>
        exception is RpcTimeoutOrCanceledException
        || (budget.IsCancellationRequested
            && exception is OperationCanceledException or RpcException { Code: RpcException.StatusCode.Cancelled or RpcException.StatusCode.DeadlineExceeded });
}
