using EmbeddedTemporal.Common;
using EmbeddedTemporal.Handlers;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Validation;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Results and heartbeats of activities, by task token and by activity id.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<RespondActivityTaskCompletedResponse> RespondActivityTaskCompleted(RespondActivityTaskCompletedRequest request, CallContext call)
    {
        RequestValidation.Length(request.Identity, "Identity");
        await activityTasks.ByTokenAsync(request.TaskToken, Completed(request.Result, request.Identity));
        return new();
    }

    public async Task<RespondActivityTaskCompletedByIdResponse> RespondActivityTaskCompletedById(RespondActivityTaskCompletedByIdRequest request, CallContext call)
    {
        RequestValidation.Length(request.Identity, "Identity");
        var reference = Activity(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId);
        await activityTasks.ByIdAsync(reference, Completed(request.Result, request.Identity), orNotStarted: !validation.IsTooLarge(request.Result));
        return new();
    }

    public async Task<RespondActivityTaskFailedResponse> RespondActivityTaskFailed(RespondActivityTaskFailedRequest request, CallContext call)
    {
        RequestValidation.That(request.Failure is null or { ApplicationFailureInfo: not null }, "Failure must have ApplicationFailureInfo.");
        RequestValidation.Length(request.Identity, "Identity");
        var (failure, heartbeat, failures) = WithinLimits(request.Failure, request.LastHeartbeatDetails);
        await activityTasks.ByTokenAsync(request.TaskToken, Failed(failure, heartbeat, request.Identity));
        return new() { Failures = { failures } };
    }

    /// <summary>Unlike the call by token, this ignores <c>last_heartbeat_details</c>, as the real server does.</summary>
    public async Task<RespondActivityTaskFailedByIdResponse> RespondActivityTaskFailedById(RespondActivityTaskFailedByIdRequest request, CallContext call)
    {
        RequestValidation.Length(request.Identity, "Identity");
        var reference = Activity(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId);
        var (failure, _, failures) = WithinLimits(request.Failure, request.LastHeartbeatDetails);
        await activityTasks.ByIdAsync(reference, Failed(failure, null, request.Identity));
        return new() { Failures = { failures } };
    }

    public async Task<RespondActivityTaskCanceledResponse> RespondActivityTaskCanceled(RespondActivityTaskCanceledRequest request, CallContext call)
    {
        RequestValidation.Length(request.Identity, "Identity");
        await activityTasks.ByTokenAsync(request.TaskToken, Canceled(request.Details, request.Identity));
        return new();
    }

    public async Task<RespondActivityTaskCanceledByIdResponse> RespondActivityTaskCanceledById(RespondActivityTaskCanceledByIdRequest request, CallContext call)
    {
        RequestValidation.Length(request.Identity, "Identity");
        var reference = Activity(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId);
        await activityTasks.ByIdAsync(reference, Canceled(request.Details, request.Identity));
        return new();
    }

    public Task<RecordActivityTaskHeartbeatResponse> RecordActivityTaskHeartbeat(RecordActivityTaskHeartbeatRequest request, CallContext call) =>
        activityTasks.ByTokenAsync(request.TaskToken, (tx, activity) => Heartbeat(tx, activity, request.Details, request.Identity));

    public async Task<RecordActivityTaskHeartbeatByIdResponse> RecordActivityTaskHeartbeatById(RecordActivityTaskHeartbeatByIdRequest request, CallContext call)
    {
        var reference = Activity(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId);
        var response = await activityTasks.ByIdAsync(reference, (tx, activity) => Heartbeat(tx, activity, request.Details, request.Identity));
        return new() { CancelRequested = response.CancelRequested, ActivityPaused = response.ActivityPaused, ActivityReset = response.ActivityReset };
    }

    private ActivityReference Activity(string namespaceName, string workflowId, string runId, string activityId)
    {
        validation.Namespace(namespaceName);
        return new(namespaceName, workflowId, runId, activityId);
    }

    /// <summary>Returns the failure and the last heartbeat within the size limits, and the failures that report what was truncated or dropped.</summary>
    private (Failure? Failure, Payloads? Heartbeat, List<Failure> Failures) WithinLimits(Failure? failure, Payloads? heartbeat)
    {
        List<Failure> failures = [];
        if (validation.IsTooLarge(heartbeat))
        {
            failures.Add(ServiceErrors.ServerFailure("Heartbeat details exceed size limit."));
            heartbeat = null;
        }

        var fitting = validation.Fitting(failure);
        if (fitting is not null && fitting != failure)
        {
            failures.Add(fitting);
        }

        return (fitting, heartbeat, failures);
    }

    /// <summary>Records a heartbeat and returns the cancel, pause and reset flags; details above the size limit fail the activity.</summary>
    private RecordActivityTaskHeartbeatResponse Heartbeat(RunTransaction tx, PendingActivity activity, Payloads? details, string identity)
    {
        if (validation.IsTooLarge(details))
        {
            tx.FailActivity(activity, ServiceErrors.ServerFailure("Heartbeat details exceed size limit."), identity);
            return new() { CancelRequested = true };
        }

        tx.RecordHeartbeat(activity, details);
        return new()
        {
            CancelRequested = activity.CancelRequested,
            ActivityPaused = activity.Current.IsPaused,
            ActivityReset = activity.Current.ResetRequested,
        };
    }

    private Func<RunTransaction, PendingActivity, Empty> Completed(Payloads? result, string identity) => (tx, activity) =>
    {
        if (validation.IsTooLarge(result))
        {
            tx.FailActivity(activity, ServiceErrors.ServerFailure("Complete result exceeds size limit."), identity);
        }
        else
        {
            tx.CompleteActivity(activity, result, identity);
        }

        return new Empty();
    };

    private static Func<RunTransaction, PendingActivity, Empty> Failed(Failure? failure, Payloads? lastHeartbeat, string identity) => (tx, activity) =>
    {
        if (lastHeartbeat is not null)
        {
            tx.RecordHeartbeat(activity, lastHeartbeat);
        }

        tx.FailActivity(activity, failure ?? new Failure { Message = "activity failed", ApplicationFailureInfo = new() }, identity);
        return new Empty();
    };

    private Func<RunTransaction, PendingActivity, Empty> Canceled(Payloads? details, string identity) => (tx, activity) =>
    {
        if (validation.IsTooLarge(details))
        {
            tx.FailActivity(activity, ServiceErrors.ServerFailure("Cancel details exceed size limit."), identity);
            return new Empty();
        }

        RequestValidation.That(activity.CancelRequested, "unable to mark activity as canceled without activity being request canceled first");
        tx.CancelActivity(activity, details, identity);
        return new Empty();
    };
}
