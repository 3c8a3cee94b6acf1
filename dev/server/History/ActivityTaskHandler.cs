using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Matching;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>What workers take and give back of activities, by task token or by id.</summary>
internal sealed class ActivityTaskHandler(HistoryEngine engine)
{
    /// <summary>Starts the attempt for a poller; null when nobody wants it any more.</summary>
    public static Task<PollActivityTaskQueueResponse?> StartAsync(QueuedActivityTask task, string identity) => task.Run.ExecuteAsync(tx =>
    {
        if (!tx.State.IsRunning || !tx.State.Activities.TryGetValue(task.ScheduledEventId, out var activity)
            || activity.Current.Attempt != task.Attempt || activity.TaskQueue != task.TaskQueue || !RunWork.IsWaitingForWorker(tx.State, activity))
        {
            return null;
        }

        tx.StartActivity(activity, identity);
        return Response(tx.State, activity);
    });

    /// <summary>Answers the task as a worker needs it.</summary>
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
        Priority = activity.Priority,
    };

    /// <summary>Runs a step of the activity that a token names.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: that attempt is over.</exception>
    public Task<T> ByTokenAsync<T>(ByteString tokenBytes, Func<RunTransaction, PendingActivity, T> step)
    {
        var token = TaskToken.Parse(tokenBytes, "a");
        var run = engine.FindByRunId(token.RunId) ?? throw ServiceErrors.ActivityNotFound();
        return run.ExecuteAsync(tx =>
        {
            if (!tx.State.IsRunning || !tx.State.Activities.TryGetValue(token.ScheduledEventId, out var activity)
                || activity.Current.Attempt != token.Attempt || !activity.IsStarted)
            {
                throw ServiceErrors.ActivityNotFound();
            }

            return step(tx, activity);
        });
    }

    /// <summary>Runs a step of the activity with an id, in whatever attempt it is.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: the run is closed or has no such activity.</exception>
    public Task<T> ByIdAsync<T>(string namespaceName, string workflowId, string runId, string activityId, Func<RunTransaction, PendingActivity, T> step)
    {
        if (activityId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("ActivityId is not set on request.");
        }

        var run = engine.Find(namespaceName, new WorkflowExecution { WorkflowId = workflowId, RunId = runId });
        return run.ExecuteAsync(tx =>
        {
            var activity = tx.State.IsRunning ? tx.State.Activities.Values.FirstOrDefault(pending => pending.ActivityId == activityId) : null;
            return activity is null ? throw ServiceErrors.ActivityNotFound() : step(tx, activity);
        });
    }
}
