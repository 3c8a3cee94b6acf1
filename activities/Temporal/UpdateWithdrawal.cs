using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Temporal;

/// <summary>
/// Withdraws an update that was not answered in time. An update that no worker has received waits at the Temporal server and would be handled by the
/// next available worker. The signal <c>withdraw</c> is written to the history at once, and so before the update, and the order then rejects the
/// update. An update that was decided before the signal is effective. See docs/decisions/0009.
/// </summary>
public sealed class UpdateWithdrawal(ITemporalClient client, IOrderStore store)
{
    /// <summary>How long a withdrawal may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.2);

    /// <summary>How long a withdrawal that could not be sent is retried in the background.</summary>
    private static readonly TimeSpan LateTimeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LatePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Withdraws an update; returns the order if the update had been decided before.</summary>
    /// <returns><c>null</c>: the update had no effect and will have none.</returns>
    /// <exception cref="WorkflowUpdateFailedException">The order had rejected it.</exception>
    public async Task<OrderView?> DecidedAsync(string orderId, string updateId, CancellationToken cancellationToken)
    {
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(Timeout);
        var rpc = new RpcOptions { CancellationToken = budget.Token };
        var (isWithdrawn, isDecided) = (false, false);
        try
        {
            await WithdrawAsync(orderId, updateId, rpc);
            isWithdrawn = true;
            while (true)
            {
                // In this order, because a workflow task that starts from here on begins with the signal.
                var isBeingHandled = await IsBeingHandledAsync(orderId, rpc);
                isDecided = await IsDecidedAsync(orderId, updateId, rpc);
                if (isDecided || !isBeingHandled)
                {
                    break;
                }

                await Task.Delay(PollInterval, budget.Token);
            }

            return isDecided ? await client.GetWorkflowHandle(OrderTemporal.WorkflowId(orderId)).GetUpdateHandle<OrderView>(updateId).GetResultAsync(rpc) : null;
        }
        catch (WorkflowUpdateFailedException e) when (e.InnerException is ApplicationFailureException { ErrorType: RefusalSlugs.RequestWithdrawn })
        {
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            if (!isWithdrawn)
            {
                // The connection broke after the update: its caller does not wait any more, so it is withdrawn once there is a connection.
                _ = WithdrawLateAsync(orderId, updateId);
            }

            // Decided, and still waiting for a team: the current order is the answer.
            return isDecided ? (await store.FindSnapshotAsync(orderId, cancellationToken))?.View() : null;
        }
    }

    private async Task WithdrawAsync(string orderId, string updateId, RpcOptions rpc)
    {
        try
        {
            await client.GetWorkflowHandle(OrderTemporal.WorkflowId(orderId)).SignalAsync("withdraw", [new WithdrawCommand(updateId)], new() { Rpc = rpc });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            // Without an open run there is no pending update.
        }
    }

    /// <summary>Never throws: an update that cannot be withdrawn in that time is left pending (decision 0009).</summary>
    private async Task WithdrawLateAsync(string orderId, string updateId)
    {
        using var timeout = new CancellationTokenSource(LateTimeout);
        using var pauses = new PeriodicTimer(LatePause);
        try
        {
            while (await pauses.WaitForNextTickAsync(timeout.Token))
            {
                try
                {
                    await WithdrawAsync(orderId, updateId, new RpcOptions { CancellationToken = timeout.Token });
                    return;
                }
                catch (RpcException) when (!timeout.IsCancellationRequested)
                {
                    // Still no connection.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException && timeout.IsCancellationRequested)
        {
            // The server was unavailable for longer than LateTimeout.
        }
    }

    /// <summary>Queries only the server, because the worker may be unavailable.</summary>
    private async Task<bool> IsDecidedAsync(string orderId, string updateId, RpcOptions rpc)
    {
        var poll = new PollWorkflowExecutionUpdateRequest
        {
            Namespace = client.Options.Namespace,
            UpdateRef = new() { UpdateId = updateId, WorkflowExecution = new() { WorkflowId = OrderTemporal.WorkflowId(orderId) } },
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Unspecified },
        };
        try
        {
            var found = await client.WorkflowService.PollWorkflowExecutionUpdateAsync(poll, rpc);
            return found.Stage is UpdateWorkflowExecutionLifecycleStage.Accepted or UpdateWorkflowExecutionLifecycleStage.Completed;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Whether a workflow task is running: one that started before the signal may contain the update, and still decide it.</summary>
    private async Task<bool> IsBeingHandledAsync(string orderId, RpcOptions rpc)
    {
        var request = new DescribeWorkflowExecutionRequest
        {
            Namespace = client.Options.Namespace,
            Execution = new() { WorkflowId = OrderTemporal.WorkflowId(orderId) },
        };
        try
        {
            return (await client.WorkflowService.DescribeWorkflowExecutionAsync(request, rpc)).PendingWorkflowTask?.State == PendingWorkflowTaskState.Started;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return false;
        }
    }
}
