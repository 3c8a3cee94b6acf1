using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Events;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Validation;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>Delivers transfer tasks to their targets and records the outcome in the origin run. Deliveries are idempotent.</summary>
internal sealed class TransferDelivery(HistoryEngine engine)
{
    private readonly WorkflowStarter starter = new(engine);

    /// <summary>Gets or sets an action that throws NOT_FOUND if a namespace does not exist.</summary>
    public Action<string> RequireNamespace { get; set; } = static _ => { };

    public WorkflowStarter Starter => starter;

    public Task DeliverAsync(WorkflowRun run, Transfer transfer) => transfer.Kind switch
    {
        TransferKind.StartChild => StartChildAsync(run, transfer),
        TransferKind.Signal => SignalAsync(run, transfer),
        TransferKind.Cancel => CancelAsync(run, transfer),
        _ => CloseAsync(run),
    };

    private static bool IsFrom(RpcException failure, string detail) =>
        failure.Trailers.GetValueBytes(ServiceErrors.DetailsKey) is { } bytes
        && GrpcStatus.Parser.ParseFrom(bytes).Details.Any(any => any.TypeUrl.EndsWith(detail, StringComparison.Ordinal));

    /// <summary>Returns the child to start, its start request and what it inherits from its parent; null when it is no longer pending.</summary>
    private (PendingChild Child, StartWorkflowExecutionRequest Request, WorkflowExecution Root, VersionInheritance Inheritance)? ChildOf(MutableState parent, Transfer transfer)
    {
        if (parent.Children.GetValueOrDefault(transfer.EventId) is not { } child)
        {
            return null;
        }

        var request = ChildStart.Request(child.Initiated, transfer.RequestId(parent.Key));
        request.UserMetadata = parent.Events[(int)transfer.EventId - 1].UserMetadata;
        request.Priority = TaskPriority.Merge(parent.Priority, request.Priority);
        var inheritance = parent.EffectiveVersion is null
            ? VersionInheritance.None
            : VersionInheritance.ForChild(parent, child.Initiated, engine.TaskQueues.Get(child.Initiated.Namespace, child.Initiated.TaskQueue.Name, QueueKind.Workflow));
        return (child, request, parent.Started.RootWorkflowExecution ?? parent.Key.Execution, inheritance);
    }

    private async Task StartChildAsync(WorkflowRun parent, Transfer transfer)
    {
        if (await parent.ReadAsync(state => ChildOf(state, transfer)) is not { } start)
        {
            return;
        }

        var (child, request, rootExecution, inheritance) = start;
        StartChildWorkflowExecutionFailedCause cause;
        try
        {
            RequireNamespace(child.Initiated.Namespace);
            var outcome = await starter.StartAsync(new StartParameters(request)
            {
                Amend = started =>
                {
                    started.ParentWorkflowExecution = parent.Key.Execution;
                    started.ParentWorkflowNamespace = parent.Key.Namespace;
                    started.ParentInitiatedEventId = child.InitiatedEventId;
                    started.RootWorkflowExecution = rootExecution;
                    inheritance.Fill(started);
                },
            });
            await parent.ExecuteAsync(tx => ChildStart.Resolve(tx, transfer, pending => ChildStart.RecordStarted(tx, pending, outcome.Run.Key.RunId)));
            if (!await parent.ReadAsync(state => state.IsRunning))
            {
                await ApplyParentClosePolicyAsync(parent, child);
            }

            return;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.AlreadyExists)
        {
            cause = StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists;
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
        {
            cause = StartChildWorkflowExecutionFailedCause.NamespaceNotFound;
        }

        await parent.ExecuteAsync(tx => ChildStart.Resolve(tx, transfer, pending => ChildStart.RecordNotStarted(tx, pending, cause)));
    }

    private async Task SignalAsync(WorkflowRun origin, Transfer transfer)
    {
        if (await origin.ReadAsync(state => state.ExternalSignals.GetValueOrDefault(transfer.EventId)) is not { } signal)
        {
            return;
        }

        SignalExternalWorkflowExecutionFailedCause? failed = null;
        try
        {
            RequireNamespace(signal.Namespace);
            var target = engine.Find(signal.Namespace, signal.WorkflowExecution);
            await RetryWhileClosingAsync(target, tx =>
            {
                ExternalTargets.RequireReachable(tx.State, origin.Key, signal.ChildWorkflowOnly);
                tx.Signal(new()
                {
                    SignalName = signal.SignalName,
                    Input = signal.Input,
                    Header = signal.Header,
                    RequestId = transfer.RequestId(origin.Key),
                    ExternalWorkflowExecution = origin.Key.Execution,
                });
            });
        }
        catch (RpcException failure)
        {
            failed = IsFrom(failure, NamespaceNotFoundFailure.Descriptor.FullName)
                ? SignalExternalWorkflowExecutionFailedCause.NamespaceNotFound
                : failure.StatusCode == StatusCode.InvalidArgument
                ? SignalExternalWorkflowExecutionFailedCause.SignalCountLimitExceeded
                : SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
        }

        await origin.ExecuteAsync(tx => ExternalTargets.RecordSignaled(tx, transfer.EventId, failed));
    }

    /// <summary>Executes a transaction on the target; while it is closing and returns RESOURCE_EXHAUSTED, retries after its next change.</summary>
    private static async Task RetryWhileClosingAsync(WorkflowRun target, Action<RunTransaction> body)
    {
        while (true)
        {
            var next = target.Changed.Next;
            try
            {
                await target.ExecuteAsync(body);
                return;
            }
            catch (RpcException closing) when (closing.StatusCode == StatusCode.ResourceExhausted)
            {
                await next;
            }
        }
    }

    private async Task CancelAsync(WorkflowRun origin, Transfer transfer)
    {
        if (await origin.ReadAsync(state => state.ExternalCancels.GetValueOrDefault(transfer.EventId)) is not { } cancel)
        {
            return;
        }

        CancelExternalWorkflowExecutionFailedCause? failed = null;
        try
        {
            RequireNamespace(cancel.Namespace);
            var target = engine.Find(cancel.Namespace, cancel.WorkflowExecution);
            await target.ExecuteAsync(tx =>
            {
                ExternalTargets.RequireChild(tx.State, origin.Key, cancel.ChildWorkflowOnly);
                if (!tx.State.IsRunning)
                {
                    return;
                }

                tx.RequestCancel(new()
                {
                    Cause = cancel.Reason,
                    ExternalInitiatedEventId = transfer.EventId,
                    ExternalWorkflowExecution = origin.Key.Execution,
                });
            });
        }
        catch (RpcException failure)
        {
            failed = IsFrom(failure, NamespaceNotFoundFailure.Descriptor.FullName)
                ? CancelExternalWorkflowExecutionFailedCause.NamespaceNotFound
                : CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
        }

        await origin.ExecuteAsync(tx => ExternalTargets.RecordCancelRequested(tx, transfer.EventId, failed));
    }

    private async Task CloseAsync(WorkflowRun run)
    {
        var (close, started, children) = await run.ReadAsync(state => (state.CloseEvent, state.Started, state.Children.Values.ToList()));
        foreach (var child in children)
        {
            if (child.Initiated.ParentClosePolicy == ParentClosePolicy.Abandon && !child.IsStarted)
            {
                // An abandoned child outlives its parent, so it has to be started.
                await StartChildAsync(run, new Transfer(TransferKind.StartChild, child.InitiatedEventId));
            }
            else
            {
                await ApplyParentClosePolicyAsync(run, child);
            }
        }

        if (await run.ReadAsync(CloseTransfers.NotifiesParent))
        {
            await NotifyParentAsync(run, started, close);
        }

        await run.ExecuteAsync(tx =>
        {
            tx.State.Facts.CloseTransfersPending = false;
            tx.MarkDirty();
        });
    }

    private async Task ApplyParentClosePolicyAsync(WorkflowRun parent, PendingChild child)
    {
        if (child.Initiated.ParentClosePolicy == ParentClosePolicy.Abandon)
        {
            return;
        }

        var requestId = new Transfer(TransferKind.StartChild, child.InitiatedEventId).RequestId(parent.Key);

        try
        {
            var target = engine.Find(child.Initiated.Namespace, new WorkflowExecution { WorkflowId = child.Initiated.WorkflowId });
            await target.ExecuteAsync(tx =>
            {
                if (!tx.State.IsRunning || (tx.State.FirstRunId != child.RunId && tx.State.Facts.CreateRequestId != requestId))
                {
                    return;
                }

                if (child.Initiated.ParentClosePolicy == ParentClosePolicy.RequestCancel)
                {
                    tx.RequestCancel(new() { Cause = "by parent close policy", ExternalWorkflowExecution = parent.Key.Execution });
                }
                else
                {
                    tx.Terminate("by parent close policy", null, "history-service");
                }
            });
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
        {
            // The child is deleted already.
        }
    }

    /// <summary>Returns the parent's run, or the run that a reset of the parent created.</summary>
    private async Task<WorkflowRun?> FindParentAsync(string runId)
    {
        var parent = engine.FindByRunId(runId);
        while (parent is not null && await parent.ReadAsync(state => state.IsRunning ? "" : state.Facts.ResetRunId) is { Length: > 0 } next)
        {
            parent = engine.FindByRunId(next);
        }

        return parent;
    }

    private async Task NotifyParentAsync(WorkflowRun child, WorkflowExecutionStartedEventAttributes started, HistoryEvent close)
    {
        if (await FindParentAsync(started.ParentWorkflowExecution.RunId) is not { } parent)
        {
            return;
        }

        await parent.ExecuteAsync(tx =>
        {
            if (!tx.State.IsRunning || !tx.State.Children.TryGetValue(started.ParentInitiatedEventId, out var pending)
                || pending.Initiated.WorkflowId != child.Key.WorkflowId)
            {
                return;
            }

            if (!pending.IsStarted)
            {
                ChildStart.RecordStarted(tx, pending, started.FirstExecutionRunId);
            }

            tx.AddEvent(ChildClosure.TypeOf(close), e => ChildClosure.Fill(e, pending, child.Key, close));
            tx.ScheduleWorkflowTask();
        });
    }
}
