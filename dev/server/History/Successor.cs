using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>The next run of the chain when a run closes: a retry, the next cron run, or continue-as-new.</summary>
internal static class Successor
{
    /// <summary>Begins the next run after a failure if the retry policy or the cron schedule requires one; otherwise null, with the retry state.</summary>
    public static RunTransaction? AfterFailure(RunTransaction tx, Failure failure, out RetryState retryState)
    {
        var started = tx.State.Started;
        retryState = RetryState.RetryPolicyNotSet;
        if (started.RetryPolicy is { } policy)
        {
            var backoff = RetryBackoff.OfWorkflow(policy, started.Attempt, RetryableTimeout(failure), tx.Now, started.WorkflowExecutionExpirationTime?.ToDateTime());
            retryState = backoff.State;
            if (backoff.IsRetried)
            {
                return Begin(tx, ContinueAsNewInitiator.Retry, backoff.Interval, next =>
                {
                    next.Attempt = started.Attempt + 1;
                    next.ContinuedFailure = failure;
                });
            }
        }

        var cron = CronBackoff(tx);
        if (cron is not { } wait)
        {
            return null;
        }

        retryState = RetryState.InProgress;
        return Begin(tx, ContinueAsNewInitiator.CronSchedule, wait, next =>
        {
            next.Attempt = 1;
            next.ContinuedFailure = failure;
        });
    }

    /// <summary>Begins the next cron run after a completion; null without a cron schedule.</summary>
    public static RunTransaction? AfterSuccess(RunTransaction tx, Temporalio.Api.Common.V1.Payloads? result) => CronBackoff(tx) is { } wait
        ? Begin(tx, ContinueAsNewInitiator.CronSchedule, wait, next =>
        {
            next.Attempt = 1;
            next.LastCompletionResult = result;
            next.ContinuedFailure = null;
        })
        : null;

    /// <summary>Begins the next run of the chain in the same commit.</summary>
    public static RunTransaction Begin(
        RunTransaction tx,
        ContinueAsNewInitiator initiator,
        TimeSpan delay,
        Action<WorkflowExecutionStartedEventAttributes> amend)
    {
        var state = tx.State;
        var runId = RunKey.NewRunId();
        var next = state.Started.Clone();
        next.OriginalExecutionRunId = runId;
        next.ContinuedExecutionRunId = state.Key.RunId;
        next.Initiator = initiator;
        next.FirstWorkflowTaskBackoff = WithMinimalInterval(delay, state, tx).ToProto();
        next.EagerExecutionAccepted = false;
        next.PrevAutoResetPoints = state.Builds.RollOver(state.Key.RunId, tx.Now.ToProto(), tx.Now.SaturatingAdd(tx.Run.Retention).ToProto());
        next.Memo = state.Memo.Fields.Count > 0 ? state.Memo.Clone() : null;
        next.SearchAttributes = state.SearchAttributes.IndexedFields.Count > 0 ? state.SearchAttributes.Clone() : null;
        VersionInheritance.ForRetry(state, initiator).Fill(next);
        amend(next);
        var successor = tx.Run.BeginSuccessor(runId, tx.Now);
        successor.Start(next, state.Events[0].UserMetadata, null);
        tx.Successors.Add(successor);
        return successor;
    }

    /// <summary>Applies the minimal interval between the starts of two runs, so that continue-as-new in a loop does not spin.</summary>
    private static TimeSpan WithMinimalInterval(TimeSpan delay, MutableState state, RunTransaction tx)
    {
        var lifetime = tx.Now - (state.StartTime + state.Started.FirstWorkflowTaskBackoff.Span());
        var wait = delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
        return lifetime + wait < tx.Run.Limits.RunInterval ? tx.Run.Limits.RunInterval - lifetime : wait;
    }

    /// <summary>Returns null for a timeout: a run timeout is retryable, unlike an activity's schedule-to-close timeout.</summary>
    private static Failure? RetryableTimeout(Failure failure) => failure.TimeoutFailureInfo is null ? failure : null;

    private static TimeSpan? CronBackoff(RunTransaction tx)
    {
        var started = tx.State.Started;
        if (started.CronSchedule.Length == 0)
        {
            return null;
        }

        var wait = CronSchedules.Backoff(started.CronSchedule, tx.State.StartTime + started.FirstWorkflowTaskBackoff.Span(), tx.Now);
        return started.WorkflowExecutionExpirationTime is { } end && tx.Now + wait > end.ToDateTime() ? null : wait;
    }
}
