using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Updates;
using EmbeddedTemporal.Time;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Starting workflows and sending them messages.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<StartWorkflowExecutionResponse> StartWorkflowExecution(StartWorkflowExecutionRequest request, CallContext call)
    {
        validation.Start(request);
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
        });
        return new()
        {
            RunId = outcome.Run.Key.RunId,
            Started = outcome.Started,
            Status = outcome.Status,
            EagerWorkflowTask = eager,
            Link = StartedLink(outcome.Run),
        };
    }

    public async Task<SignalWorkflowExecutionResponse> SignalWorkflowExecution(SignalWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.SignalName, "SignalName");
        RequestValidation.Length(request.RequestId, "RequestId");
        validation.Blob(request.Input);
        await engine.Find(request.Namespace, request.WorkflowExecution).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            tx.Signal(Signal(request.SignalName, request.Input, request.Header, request.Identity, request.RequestId), request.Links);
        });
        return new();
    }

    public async Task<SignalWithStartWorkflowExecutionResponse> SignalWithStartWorkflowExecution(SignalWithStartWorkflowExecutionRequest request, CallContext call)
    {
        RequestValidation.Name(request.SignalName, "SignalName");
        validation.Blob(request.SignalInput);
        var start = StartOf(request);
        validation.Start(start);
        void SignalIt(RunTransaction tx) => tx.Signal(Signal(request.SignalName, request.SignalInput, request.Header, request.Identity, request.RequestId), request.Links);
        var outcome = await engine.Transfers.Starter.StartAsync(new StartParameters(start) { BeforeFirstTask = SignalIt, WhenRunning = SignalIt });
        return new() { RunId = outcome.Run.Key.RunId, Started = outcome.Started };
    }

    public async Task<RequestCancelWorkflowExecutionResponse> RequestCancelWorkflowExecution(RequestCancelWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        await Current(request.Namespace, request.WorkflowExecution, request.FirstExecutionRunId, tx =>
        {
            // Cancelling what has ended succeeds: there is nothing left to cancel.
            if (tx.State.IsRunning)
            {
                tx.RequestCancel(new() { Cause = request.Reason, Identity = request.Identity }, request.Links);
            }
        });
        return new();
    }

    public async Task<TerminateWorkflowExecutionResponse> TerminateWorkflowExecution(TerminateWorkflowExecutionRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        await Current(request.Namespace, request.WorkflowExecution, request.FirstExecutionRunId, tx =>
        {
            RequireRunning(tx);
            tx.Terminate(request.Reason, request.Details, request.Identity, request.Links);
        });
        return new();
    }

    public async Task<QueryWorkflowResponse> QueryWorkflow(QueryWorkflowRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        RequestValidation.Name(request.Query?.QueryType, "QueryType");
        validation.Blob(request.Query!.QueryArgs);
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

    /// <summary>The one multi-operation there is: update-with-start.</summary>
    public async Task<ExecuteMultiOperationResponse> ExecuteMultiOperation(ExecuteMultiOperationRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        if (request.Operations.Count != 2 || request.Operations[0].StartWorkflow is not { } start || request.Operations[1].UpdateWorkflow is not { } update)
        {
            throw ServiceErrors.InvalidArgument("Operations have to be exactly [Start, Update].");
        }

        AdmittedUpdate? admitted = null;
        StartOutcome outcome;
        try
        {
            validation.Start(start);
            CompleteUpdate(update);
            void AdmitIt(RunTransaction tx) => admitted = UpdateHandler.Admit(tx, update.Request);
            outcome = await engine.Transfers.Starter.StartAsync(new StartParameters(start) { AfterStart = AdmitIt, WhenRunning = AdmitIt });
        }
        catch (RpcException failure)
        {
            throw MultiOperationError(failure);
        }

        var updated = await UpdateHandler.WaitAsync(outcome.Run, update.Request.Meta.UpdateId, admitted, update.WaitPolicy?.LifecycleStage ?? default, call)
            ?? throw MultiOperationError(ServiceErrors.WorkflowClosing());
        return new()
        {
            Responses =
            {
                new ExecuteMultiOperationResponse.Types.Response
                {
                    StartWorkflow = new() { RunId = outcome.Run.Key.RunId, Started = outcome.Started, Status = outcome.Status },
                },
                new ExecuteMultiOperationResponse.Types.Response { UpdateWorkflow = updated },
            },
        };
    }

    /// <summary>Tells for each operation how it fared: the one that failed, and the other that was called off for it.</summary>
    private static RpcException MultiOperationError(RpcException failure)
    {
        var aborted = new MultiOperationExecutionFailure.Types.OperationStatus { Code = (int)StatusCode.Aborted, Message = "Operation was aborted." };
        aborted.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new Temporalio.Api.Failure.V1.MultiOperationExecutionAborted()));
        var failed = new MultiOperationExecutionFailure.Types.OperationStatus { Code = (int)failure.StatusCode, Message = failure.Status.Detail };
        if (failure.Trailers.GetValueBytes(ServiceErrors.DetailsKey) is { } details)
        {
            failed.Details.AddRange(GrpcStatus.Parser.ParseFrom(details).Details);
        }

        return ServiceErrors.Of(failure.StatusCode, "Update-with-Start could not be executed.", new MultiOperationExecutionFailure { Statuses = { failed, aborted } });
    }

    private static void CompleteUpdate(UpdateWorkflowExecutionRequest request)
    {
        RequestValidation.Name(request.WorkflowExecution?.WorkflowId, "WorkflowId");
        RequestValidation.Name(request.Request?.Input?.Name, "Update name");
        if (request.WaitPolicy is { LifecycleStage: UpdateWorkflowExecutionLifecycleStage.Admitted })
        {
            throw ServiceErrors.Of(
                StatusCode.PermissionDenied,
                "UpdateWorkflowExecution issued asynchronously and waiting on update admitted is not supported.",
                new PermissionDeniedFailure());
        }

        request.Request!.Meta ??= new();
        RequestValidation.Length(request.Request.Meta.UpdateId, "UpdateId");
        if (request.Request.Meta.UpdateId.Length == 0)
        {
            request.Request.Meta.UpdateId = Guid.NewGuid().ToString();
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

    private static Link StartedLink(WorkflowRun run) => new()
    {
        WorkflowEvent = new()
        {
            Namespace = run.Key.Namespace,
            WorkflowId = run.Key.WorkflowId,
            RunId = run.Key.RunId,
            EventRef = new() { EventId = 1, EventType = EventType.WorkflowExecutionStarted },
        },
    };

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
        Links = { request.Links },
    };

    /// <summary>Runs a step on the run that is meant, which must be of the chain that began with the given first run.</summary>
    private Task Current(string namespaceName, WorkflowExecution? execution, string firstRunId, Action<RunTransaction> step) =>
        engine.Find(namespaceName, execution).ExecuteAsync(tx =>
        {
            if (firstRunId.Length > 0 && tx.State.FirstRunId != firstRunId)
            {
                throw ServiceErrors.WorkflowNotFound(tx.State.Key.WorkflowId, "");
            }

            step(tx);
        });
}
