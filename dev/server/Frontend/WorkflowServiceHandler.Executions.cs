using EmbeddedTemporal.Common;
using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Starts of workflows, and signals, queries, updates, cancellations and terminations.</summary>
internal sealed partial class WorkflowServiceHandler
{
    /// <summary>The event id of the first WorkflowTaskStarted, when no other event preceded it.</summary>
    private const long FirstStartedEventId = 3;

    public async Task<StartWorkflowExecutionResponse> StartWorkflowExecution(StartWorkflowExecutionRequest request, CallContext call)
    {
        ValidateStart(request);
        PollWorkflowTaskQueueResponse? eager = null;
        var outcome = await engine.Transfers.Starter.StartAsync(new StartParameters(request)
        {
            Amend = started => started.EagerExecutionAccepted = request.RequestEagerExecution && started.FirstWorkflowTaskBackoff.Span() == TimeSpan.Zero,
            AfterStart = tx =>
            {
                if (request.RequestEagerExecution && tx.State.WorkflowTask is { IsStarted: false })
                {
                    eager = WorkflowTaskHandler.Start(tx, request.Identity, partialHistory: false);
                }
            },
            OnRepeat = tx =>
            {
                if (request.RequestEagerExecution && tx.State.WorkflowTask is { IsStarted: true, StartedEventId: FirstStartedEventId, Attempt: 1 })
                {
                    eager = WorkflowTaskHandler.Show(tx, partialHistory: false);
                }
            },
        });
        return new()
        {
            RunId = outcome.Run.Key.RunId,
            Started = outcome.Started,
            Status = outcome.Status,
            EagerWorkflowTask = eager,
            Link = !outcome.Started && request.OnConflictOptions is { AttachRequestId: true }
                ? StartLinks.ToRequest(outcome.Run, request.RequestId)
                : StartLinks.ToStartedEvent(outcome.Run),
        };
    }

    public async Task<SignalWorkflowExecutionResponse> SignalWorkflowExecution(SignalWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Execution(request.WorkflowExecution);
        RequestValidation.Name(request.SignalName, "SignalName");
        RequestValidation.Length(request.RequestId, "RequestId");
        RequestValidation.Links(request.Links);
        validation.Blob(request.Input);
        await engine.Find(request.Namespace, request.WorkflowExecution).ExecuteAsync(tx =>
        {
            if (request.RequestId.Length > 0 && tx.State.SignalRequestIds.Contains(request.RequestId))
            {
                // A duplicate succeeds even if the workflow has closed since the first request.
                return;
            }

            RequireRunning(tx);
            tx.Signal(Signal(request.SignalName, request.Input, request.Header, request.Identity, request.RequestId), request.Links);
        });
        return new();
    }

    public async Task<SignalWithStartWorkflowExecutionResponse> SignalWithStartWorkflowExecution(SignalWithStartWorkflowExecutionRequest request, CallContext call)
    {
        RequestValidation.Name(request.SignalName, "SignalName");
        validation.Blob(request.SignalInput);
        RequestValidation.That(
            request.WorkflowIdConflictPolicy != WorkflowIdConflictPolicy.Fail,
            "Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation.");
        var start = StartOf(request);
        ValidateStart(start);
        void AddSignal(RunTransaction tx) => tx.Signal(Signal(request.SignalName, request.SignalInput, request.Header, request.Identity, request.RequestId), request.Links);
        var parameters = new StartParameters(start) { BeforeFirstTask = AddSignal };
        var outcome = await engine.Transfers.Starter.StartAsync(new StartParameters(start)
        {
            BeforeFirstTask = AddSignal,
            InsteadOfStart = tx =>
            {
                if (!tx.State.IsRunning || parameters.ConflictPolicy == WorkflowIdConflictPolicy.TerminateExisting)
                {
                    return null;
                }

                AddSignal(tx);
                tx.EndFirstTaskDelay();
                return new StartOutcome(tx.Run, false, tx.State.Status);
            },
        });
        return new() { RunId = outcome.Run.Key.RunId, Started = outcome.Started };
    }

    public async Task<RequestCancelWorkflowExecutionResponse> RequestCancelWorkflowExecution(RequestCancelWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Execution(request.WorkflowExecution);
        RequestValidation.Links(request.Links);
        await TargetOf(request.Namespace, request.WorkflowExecution, request.FirstExecutionRunId).ExecuteAsync(tx =>
        {
            // Cancelling a closed workflow succeeds without effect.
            if (tx.State.IsRunning)
            {
                RequireChain(tx, request.FirstExecutionRunId);
                tx.RequestCancel(new() { Cause = request.Reason, Identity = request.Identity }, request.Links);
            }
        });
        return new();
    }

    public async Task<TerminateWorkflowExecutionResponse> TerminateWorkflowExecution(TerminateWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Execution(request.WorkflowExecution);
        RequestValidation.Links(request.Links);
        var reason = request.Reason.Length > 0 ? request.Reason : "terminated by user via frontend";
        var identity = request.Identity.Length > 0 ? request.Identity : "frontend-service";
        await TargetOf(request.Namespace, request.WorkflowExecution, request.FirstExecutionRunId).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            RequireChain(tx, request.FirstExecutionRunId);
            tx.Terminate(reason, request.Details, identity, request.Links);
        });
        return new();
    }

    public async Task<QueryWorkflowResponse> QueryWorkflow(QueryWorkflowRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Execution(request.Execution);
        RequestValidation.That(request.Query is not null, "WorkflowQuery is not set on request.");
        RequestValidation.Name(request.Query!.QueryType, "QueryType");
        validation.Blob(request.Query.QueryArgs);
        return await queries.QueryAsync(request, call);
    }

    public async Task<UpdateWorkflowExecutionResponse> UpdateWorkflowExecution(UpdateWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        CompleteUpdate(request);
        return await updates.UpdateAsync(request, call);
    }

    public async Task<PollWorkflowExecutionUpdateResponse> PollWorkflowExecutionUpdate(PollWorkflowExecutionUpdateRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.UpdateRef?.UpdateId, "UpdateId");
        return await updates.PollAsync(request, call);
    }

    private void ValidateStart(StartWorkflowExecutionRequest request)
    {
        validation.Start(request);
        VersioningOverrides.Validate(
            request.VersioningOverride, engine.TaskQueues.Get(request.Namespace, request.TaskQueue.Name, QueueKind.Workflow), request.TaskQueue.Name);
    }

    private static void CompleteUpdate(UpdateWorkflowExecutionRequest request)
    {
        RequestValidation.Execution(request.WorkflowExecution);
        RequestValidation.That(request.Request?.Meta is not null, "Update meta is not set on request.");
        RequestValidation.Length(request.Request!.Meta!.UpdateId, "UpdateId");
        RequestValidation.That(request.Request.Input is not null, "Update input is not set on request.");
        RequestValidation.That(request.Request.Input!.Name.Length > 0, "Update name is not set on request.");
        if (request.WaitPolicy is { LifecycleStage: UpdateWorkflowExecutionLifecycleStage.Admitted })
        {
            throw ServiceErrors.Of(
                StatusCode.PermissionDenied,
                "UpdateWorkflowExecution issued asynchronously and waiting on update admitted is not supported.",
                new PermissionDeniedFailure());
        }

        if (request.Request.Meta.UpdateId.Length == 0)
        {
            request.Request.Meta.UpdateId = Guid.NewGuid().ToString();
        }

        request.WaitPolicy ??= new();
        if (request.WaitPolicy.LifecycleStage == UpdateWorkflowExecutionLifecycleStage.Unspecified)
        {
            request.WaitPolicy.LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed;
        }
    }

    private static WorkflowExecutionSignaledEventAttributes Signal(string name, Payloads? input, Header? header, string identity, string requestId) => new()
    {
        SignalName = name,
        Input = input,
        Header = header,
        Identity = identity,
        RequestId = requestId,
    };

    private static void RequireRunning(RunTransaction tx)
    {
        if (!tx.State.IsRunning)
        {
            throw ServiceErrors.WorkflowCompleted();
        }
    }

    private static StartWorkflowExecutionRequest StartOf(SignalWithStartWorkflowExecutionRequest request) => new()
    {
        Namespace = request.Namespace,
        WorkflowId = request.WorkflowId,
        WorkflowType = request.WorkflowType,
        TaskQueue = request.TaskQueue,
        Input = request.Input,
        WorkflowExecutionTimeout = request.WorkflowExecutionTimeout,
        WorkflowRunTimeout = request.WorkflowRunTimeout,
        WorkflowTaskTimeout = request.WorkflowTaskTimeout,
        Identity = request.Identity,
        RequestId = request.RequestId,
        WorkflowIdReusePolicy = request.WorkflowIdReusePolicy,
        WorkflowIdConflictPolicy = request.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.Unspecified
            && request.WorkflowIdReusePolicy != WorkflowIdReusePolicy.TerminateIfRunning
                ? WorkflowIdConflictPolicy.UseExisting
                : request.WorkflowIdConflictPolicy,
        RetryPolicy = request.RetryPolicy,
        CronSchedule = request.CronSchedule,
        Memo = request.Memo,
        SearchAttributes = request.SearchAttributes,
        Header = request.Header,
        WorkflowStartDelay = request.WorkflowStartDelay,
        UserMetadata = request.UserMetadata,
        Priority = request.Priority,
        VersioningOverride = request.VersioningOverride,
        Links = { request.Links },
    };

    /// <summary>Returns the addressed run: with a first execution run id it is the current run, and the run id of the request is ignored.</summary>
    private WorkflowRun TargetOf(string namespaceName, WorkflowExecution execution, string firstRunId) =>
        engine.Find(namespaceName, firstRunId.Length > 0 ? new WorkflowExecution { WorkflowId = execution.WorkflowId } : execution);

    private static void RequireChain(RunTransaction tx, string firstRunId)
    {
        if (firstRunId.Length > 0 && tx.State.FirstRunId != firstRunId)
        {
            throw ServiceErrors.NotFound("workflow execution not found");
        }
    }
}
