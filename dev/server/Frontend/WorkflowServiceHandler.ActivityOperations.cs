using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>What operators do to pending activities, named by id, by type or all.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<PauseActivityResponse> PauseActivity(PauseActivityRequest request, CallContext call)
    {
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, all: false, (tx, activity) =>
            tx.PauseActivity(activity, request.Identity, request.Reason, request.RequestId));
        return new();
    }

    public async Task<UnpauseActivityResponse> UnpauseActivity(UnpauseActivityRequest request, CallContext call)
    {
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.UnpauseAll, (tx, activity) =>
            tx.UnpauseActivity(activity, request.ResetAttempts, request.ResetHeartbeat));
        return new();
    }

    public async Task<ResetActivityResponse> ResetActivity(ResetActivityRequest request, CallContext call)
    {
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.MatchAll, (tx, activity) =>
            tx.ResetActivity(activity, request.ResetHeartbeat, request.KeepPaused, request.RestoreOriginalOptions));
        return new();
    }

    public async Task<UpdateActivityOptionsResponse> UpdateActivityOptions(UpdateActivityOptionsRequest request, CallContext call)
    {
        RequestValidation.That(!request.RestoreOriginal || request.UpdateMask is not { Paths.Count: > 0 }, "Both UpdateMask and RestoreOriginal are provided");
        var response = new UpdateActivityOptionsResponse();
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.MatchAll, (tx, activity) =>
            response.ActivityOptions = tx.UpdateActivityOptions(activity, request.ActivityOptions, request.UpdateMask, request.RestoreOriginal));
        return response;
    }

    private async Task OnActivitiesAsync(
        string namespaceName,
        WorkflowExecution? execution,
        string activityId,
        string activityType,
        bool all,
        Action<RunTransaction, PendingActivity> step)
    {
        validation.Namespace(namespaceName);
        RequestValidation.That(all || activityId.Length > 0 || activityType.Length > 0, "Either activity id or type must be provided.");
        await engine.Find(namespaceName, execution).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            var meant = tx.State.Activities.Values
                .Where(activity => all || (activityId.Length > 0 ? activity.ActivityId == activityId : activity.Scheduled.ActivityType.Name == activityType))
                .ToList();
            if (meant.Count == 0)
            {
                throw ServiceErrors.ActivityNotFound();
            }

            meant.ForEach(activity => step(tx, activity));
        });
    }
}
