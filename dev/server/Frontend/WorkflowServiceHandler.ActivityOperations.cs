using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>What operators do to pending activities, named by id, by type or all.</summary>
internal sealed partial class WorkflowServiceHandler
{
    public async Task<PauseActivityResponse> PauseActivity(PauseActivityRequest request, CallContext call)
    {
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.ActivityCase, (tx, activity) =>
            tx.PauseActivity(activity, request.Identity, request.Reason));
        return new();
    }

    public async Task<UnpauseActivityResponse> UnpauseActivity(UnpauseActivityRequest request, CallContext call)
    {
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.ActivityCase, (tx, activity) =>
            tx.UnpauseActivity(activity, request.ResetAttempts, request.ResetHeartbeat, request.Jitter.Span()));
        return new();
    }

    public async Task<ResetActivityResponse> ResetActivity(ResetActivityRequest request, CallContext call)
    {
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.ActivityCase, (tx, activity) =>
            tx.ResetActivity(activity, request));
        return new();
    }

    public async Task<UpdateActivityOptionsResponse> UpdateActivityOptions(UpdateActivityOptionsRequest request, CallContext call)
    {
        RequestValidation.That(!request.RestoreOriginal || request.UpdateMask is not { Paths.Count: > 0 }, "Both UpdateMask and RestoreOriginal are provided");
        var response = new UpdateActivityOptionsResponse();
        await OnActivitiesAsync(request.Namespace, request.Execution, request.Id, request.Type, request.ActivityCase, (tx, activity) =>
            response.ActivityOptions = tx.UpdateActivityOptions(activity, request.ActivityOptions, request.UpdateMask, request.RestoreOriginal));
        return response;
    }

    /// <summary>Runs a step on the activities that an id or a type names. "All of them" is in the protocol, and the server this one follows finds none for it.</summary>
    private async Task OnActivitiesAsync<TCase>(
        string namespaceName,
        WorkflowExecution? execution,
        string activityId,
        string activityType,
        TCase named,
        Action<RunTransaction, PendingActivity> step)
        where TCase : struct, Enum
    {
        validation.Namespace(namespaceName);
        RequestValidation.That(execution is { WorkflowId.Length: > 0 }, "WorkflowId is not set on request.");
        RequestValidation.That(!named.Equals(default(TCase)), "Either Activity.Id or Activity.Type should be set on request.");
        await engine.Find(namespaceName, execution).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            var meant = tx.State.Activities.Values
                .Where(activity => activityId.Length > 0 ? activity.ActivityId == activityId : activityType.Length > 0 && activity.Scheduled.ActivityType.Name == activityType)
                .ToList();
            if (meant.Count == 0)
            {
                throw ServiceErrors.ActivityNotFound();
            }

            meant.ForEach(activity => step(tx, activity));
        });
    }
}
