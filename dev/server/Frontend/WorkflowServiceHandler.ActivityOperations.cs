using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>Operations on pending activities, selected by id or by type.</summary>
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

    /// <summary>Executes an operation on the activities with an id or of a type. As in the real server, selecting all activities finds none.</summary>
    private async Task OnActivitiesAsync<TCase>(
        string namespaceName,
        WorkflowExecution? execution,
        string activityId,
        string activityType,
        TCase selector,
        Action<RunTransaction, PendingActivity> operation)
        where TCase : struct, Enum
    {
        validation.Namespace(namespaceName);
        RequestValidation.That(execution is { WorkflowId.Length: > 0 }, "WorkflowId is not set on request.");
        RequestValidation.That(!selector.Equals(default(TCase)), "Either Activity.Id or Activity.Type should be set on request.");
        await engine.Find(namespaceName, execution).ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            var selected = tx.State.Activities.Values
                .Where(activity => activityId.Length > 0 ? activity.ActivityId == activityId : activityType.Length > 0 && activity.Scheduled.ActivityType.Name == activityType)
                .ToList();
            if (selected.Count == 0)
            {
                throw ServiceErrors.ActivityNotFound();
            }

            selected.ForEach(activity => operation(tx, activity));
        });
    }
}
