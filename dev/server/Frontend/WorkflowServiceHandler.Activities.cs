using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>What becomes of activities, by task token and by id.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<RespondActivityTaskCompletedResponse> RespondActivityTaskCompleted(RespondActivityTaskCompletedRequest request, CallContext call)
    {
        await activityTasks.ByTokenAsync(request.TaskToken, Completed(request.Result, request.Identity));
        return new();
    }

    public async Task<RespondActivityTaskCompletedByIdResponse> RespondActivityTaskCompletedById(RespondActivityTaskCompletedByIdRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        await activityTasks.ByIdAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, Completed(request.Result, request.Identity));
        return new();
    }

    public async Task<RespondActivityTaskFailedResponse> RespondActivityTaskFailed(RespondActivityTaskFailedRequest request, CallContext call)
    {
        await activityTasks.ByTokenAsync(request.TaskToken, Failed(request.Failure, request.LastHeartbeatDetails, request.Identity));
        return new();
    }

    public async Task<RespondActivityTaskFailedByIdResponse> RespondActivityTaskFailedById(RespondActivityTaskFailedByIdRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        var step = Failed(request.Failure, request.LastHeartbeatDetails, request.Identity);
        await activityTasks.ByIdAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, step);
        return new();
    }

    public async Task<RespondActivityTaskCanceledResponse> RespondActivityTaskCanceled(RespondActivityTaskCanceledRequest request, CallContext call)
    {
        await activityTasks.ByTokenAsync(request.TaskToken, Canceled(request.Details, request.Identity));
        return new();
    }

    public async Task<RespondActivityTaskCanceledByIdResponse> RespondActivityTaskCanceledById(RespondActivityTaskCanceledByIdRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        await activityTasks.ByIdAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, Canceled(request.Details, request.Identity));
        return new();
    }

    public Task<RecordActivityTaskHeartbeatResponse> RecordActivityTaskHeartbeat(RecordActivityTaskHeartbeatRequest request, CallContext call) =>
        activityTasks.ByTokenAsync(request.TaskToken, (tx, activity) =>
        {
            return new RecordActivityTaskHeartbeatResponse
            {
                CancelRequested = Heartbeat(tx, activity, request.Details, request.Identity),
                ActivityPaused = activity.Current.IsPaused,
                ActivityReset = activity.Current.ResetRequested,
            };
        });

    public Task<RecordActivityTaskHeartbeatByIdResponse> RecordActivityTaskHeartbeatById(RecordActivityTaskHeartbeatByIdRequest request, CallContext call)
    {
        validation.Namespace(request.Namespace);
        return activityTasks.ByIdAsync(request.Namespace, request.WorkflowId, request.RunId, request.ActivityId, (tx, activity) =>
        {
            if (!activity.IsStarted)
            {
                throw ServiceErrors.ActivityNotFound();
            }

            return new RecordActivityTaskHeartbeatByIdResponse
            {
                CancelRequested = Heartbeat(tx, activity, request.Details, request.Identity),
                ActivityPaused = activity.Current.IsPaused,
                ActivityReset = activity.Current.ResetRequested,
            };
        });
    }

    /// <summary>Takes the heartbeat and answers whether the activity should end; one with too much in it ends the activity.</summary>
    private bool Heartbeat(RunTransaction tx, PendingActivity activity, Payloads? details, string identity)
    {
        if (validation.IsTooLarge(details))
        {
            tx.FailActivity(activity, ServiceErrors.ServerFailure("Heartbeat details exceed size limit."), identity);
            return true;
        }

        tx.RecordHeartbeat(activity, details);
        return activity.CancelRequested;
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

    private Func<RunTransaction, PendingActivity, Empty> Failed(Failure? failure, Payloads? lastHeartbeatDetails, string identity) => (tx, activity) =>
    {
        if (lastHeartbeatDetails is not null && !validation.IsTooLarge(lastHeartbeatDetails))
        {
            activity.Current.HeartbeatDetails = lastHeartbeatDetails;
        }

        tx.FailActivity(activity, validation.Fitting(failure) ?? new Failure { Message = "activity failed", ApplicationFailureInfo = new() }, identity);
        return new Empty();
    };

    private Func<RunTransaction, PendingActivity, Empty> Canceled(Payloads? details, string identity) => (tx, activity) =>
    {
        if (!activity.CancelRequested)
        {
            throw ServiceErrors.InvalidArgument("ActivityTask is not requested to be canceled.");
        }

        if (validation.IsTooLarge(details))
        {
            tx.FailActivity(activity, ServiceErrors.ServerFailure("Cancel details exceed size limit."), identity);
        }
        else
        {
            tx.CancelActivity(activity, details, identity);
        }

        return new Empty();
    };
}
