using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Handlers;

/// <summary>Starts activity tasks for pollers, and executes operations on activities by task token or by id.</summary>
internal sealed class ActivityTaskHandler(HistoryEngine engine)
{
    /// <summary>Starts the attempt for a poller; null when the task is stale.</summary>
    public static Task<PollActivityTaskQueueResponse?> StartAsync(QueuedActivityTask task, Poller poller) => task.Run.ExecuteAsync(tx =>
    {
        if (!tx.State.IsRunning || !tx.State.Activities.TryGetValue(task.ScheduledEventId, out var activity)
            || activity.Current.Attempt != task.Attempt || activity.TaskQueue != task.TaskQueue || !RunWork.IsWaitingForWorker(tx.State, activity)
            || !tx.MayTakeActivity(activity, task, poller.Version))
        {
            return null;
        }

        tx.StartActivity(activity, poller.Identity, poller.Version);
        return Response(tx.State, activity);
    });

    /// <summary>Builds the poll response of a started activity.</summary>
    public static PollActivityTaskQueueResponse Response(MutableState state, PendingActivity activity) => new()
    {
        TaskToken = TaskToken.ForActivity(state.Key.RunId, activity.ScheduledEventId, activity.Current.Attempt).ToBytes(),
        WorkflowNamespace = state.Key.Namespace,
        WorkflowType = new() { Name = state.WorkflowType },
        WorkflowExecution = state.Key.Execution,
        ActivityType = activity.Scheduled.ActivityType,
        ActivityId = activity.ActivityId,
        Header = activity.Scheduled.Header,
        Input = activity.Scheduled.Input,
        HeartbeatDetails = activity.Current.HeartbeatDetails,
        ScheduledTime = activity.FirstScheduledTime.ToProto(),
        CurrentAttemptScheduledTime = activity.Current.ScheduledTime.ToProto(),
        StartedTime = activity.Current.StartedTime!.Value.ToProto(),
        Attempt = activity.Current.Attempt,
        ScheduleToCloseTimeout = TimeConversions.ToProto(activity.ScheduleToCloseTimeout),
        StartToCloseTimeout = TimeConversions.ToProto(activity.StartToCloseTimeout),
        HeartbeatTimeout = TimeConversions.ToProto(activity.HeartbeatTimeout),
        RetryPolicy = activity.RetryPolicy,
        Priority = state.PriorityOf(activity),
    };

    /// <summary>Executes an operation on the activity of a task token.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: that attempt is over, or its number has changed because of a reset.</exception>
    public Task<T> ByTokenAsync<T>(ByteString tokenBytes, Func<RunTransaction, PendingActivity, T> operation)
    {
        var token = TaskToken.Parse(tokenBytes, "a");
        var run = engine.FindByRunId(token.RunId) ?? throw ServiceErrors.ActivityTaskNotFound();
        return run.ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            if (!tx.State.Activities.TryGetValue(token.ScheduledEventId, out var activity) || activity.Current.Attempt != token.Attempt)
            {
                throw ServiceErrors.ActivityTaskNotFound();
            }

            RequireStarted(activity);
            return operation(tx, activity);
        });
    }

    /// <summary>Executes an operation on the activity with an id, in any attempt.</summary>
    /// <param name="orNotStarted">Whether an activity that is not started is accepted too.</param>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: the run is closed or has no such activity, or the activity is not started.</exception>
    public Task<T> ByIdAsync<T>(ActivityReference reference, Func<RunTransaction, PendingActivity, T> operation, bool orNotStarted = false)
    {
        RequestValidation.That(reference.ActivityId.Length > 0, "ActivityId is not set on request.");
        var run = engine.Find(reference.Namespace, new WorkflowExecution { WorkflowId = reference.WorkflowId, RunId = reference.RunId });
        return run.ExecuteAsync(tx =>
        {
            RequireRunning(tx);
            var activity = tx.State.Activities.Values.FirstOrDefault(pending => pending.ActivityId == reference.ActivityId)
                ?? throw ServiceErrors.NotFound(
                    $"cannot find pending activity with ActivityID {reference.ActivityId}, check workflow execution history for more details");
            if (!orNotStarted)
            {
                RequireStarted(activity);
            }

            return operation(tx, activity);
        });
    }

    private static void RequireRunning(RunTransaction tx)
    {
        if (!tx.State.IsRunning)
        {
            throw ServiceErrors.WorkflowCompleted();
        }
    }

    private static void RequireStarted(PendingActivity activity)
    {
        if (!activity.IsStarted)
        {
            throw ServiceErrors.ActivityTaskNotFound();
        }
    }
}

/// <summary>Identifies an activity by workflow id, run id and activity id.</summary>
/// <param name="RunId">Empty for the current run.</param>
internal sealed record ActivityReference(string Namespace, string WorkflowId, string RunId, string ActivityId);
