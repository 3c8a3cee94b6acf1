using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Requests;
using EmbeddedTemporal.History.State;
using Grpc.Core;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using Stage = Temporalio.Api.Enums.V1.UpdateWorkflowExecutionLifecycleStage;

namespace EmbeddedTemporal.Handlers;

/// <summary>Admits updates and waits for their lifecycle stages and outcomes.</summary>
internal sealed class UpdateHandler(HistoryEngine engine)
{
    /// <summary>The attempt of a workflow task from which updates are rejected, because the task keeps failing.</summary>
    private const int FailUpdateAttempt = 3;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <exception cref="RpcException">NOT_FOUND: no such run, or it has closed.</exception>
    public async Task<UpdateWorkflowExecutionResponse> UpdateAsync(UpdateWorkflowExecutionRequest request, CallContext call)
    {
        while (true)
        {
            var run = engine.Find(request.Namespace, request.WorkflowExecution);
            var admitted = await run.ExecuteAsync(tx => Admit(tx, request.Request, request.FirstExecutionRunId));
            var answer = await WaitAsync(run, request.Request.Meta.UpdateId, admitted, request.WaitPolicy?.LifecycleStage ?? Stage.Unspecified, call);
            if (answer is null && request.WorkflowExecution.RunId.Length == 0)
            {
                // The run continued as new before the update was delivered: retry with the current run.
                continue;
            }

            return answer ?? throw ServiceErrors.WorkflowClosing();
        }
    }

    public async Task<PollWorkflowExecutionUpdateResponse> PollAsync(PollWorkflowExecutionUpdateRequest request, CallContext call)
    {
        var updateId = request.UpdateRef.UpdateId;
        var run = engine.Find(request.Namespace, request.UpdateRef.WorkflowExecution);
        var (known, admitted) = await run.PeekAsync(state => (state.Updates.ContainsKey(updateId), run.Updates.Find(updateId)));
        if (!known && admitted is null)
        {
            throw ServiceErrors.NotFound($"update \"{updateId}\" not found");
        }

        // Without a stage to wait for, the current stage is returned.
        var stage = request.WaitPolicy is { LifecycleStage: > Stage.Unspecified and var requested } ? requested : Stage.Admitted;
        var answer = await WaitAsync(run, updateId, admitted, stage, call)
            ?? throw ServiceErrors.WorkflowClosing();
        return new PollWorkflowExecutionUpdateResponse { Outcome = answer.Outcome, Stage = answer.Stage, UpdateRef = answer.UpdateRef };
    }

    /// <summary>Admits the update, once per update id, and schedules a workflow task for it. Null when it is accepted or completed already.</summary>
    public static AdmittedUpdate? Admit(RunTransaction tx, Request request, string firstExecutionRunId = "")
    {
        var updateId = request.Meta.UpdateId;
        if (firstExecutionRunId.Length > 0 && tx.State.FirstRunId != firstExecutionRunId)
        {
            throw ServiceErrors.NotFound("workflow execution not found");
        }

        var isKnown = tx.State.Updates.ContainsKey(updateId);
        if (!tx.State.IsRunning)
        {
            return isKnown ? null : throw ServiceErrors.WorkflowCompleted();
        }

        if (tx.State.IsPaused)
        {
            throw ServiceErrors.FailedPrecondition("Workflow is paused. Cannot update the workflow.");
        }

        if (tx.State.Facts.WorkflowTaskAttempt >= FailUpdateAttempt)
        {
            throw ServiceErrors.WorkflowNotReady("Unable to perform workflow execution update due to Workflow Task in failed state.");
        }

        tx.RequireNotClosing();
        if (isKnown || tx.Run.Updates.Find(updateId) is not null)
        {
            return tx.Run.Updates.Find(updateId);
        }

        RequireWithinLimits(tx.State, tx.Run.Limits);
        tx.Admit(request);
        var admitted = tx.Run.Updates.Admit(request);
        tx.State.Facts.FirstWorkflowTaskDue = null;
        tx.ScheduleWorkflowTask(speculative: tx.State.LastCompletedWorkflowTaskStartedEventId > 0);
        return admitted;
    }

    /// <summary>
    /// Waits until the update reaches a stage, or until the server's long poll limit: then the stage reached so far is returned, and the client polls again.
    /// If the caller's deadline is earlier than that limit, it gets DEADLINE_EXCEEDED instead. Null when the run continued as new.
    /// </summary>
    /// <exception cref="RpcException">DEADLINE_EXCEEDED.</exception>
    public static async Task<UpdateWorkflowExecutionResponse?> WaitAsync(WorkflowRun run, string updateId, AdmittedUpdate? admitted, Stage stage, CallContext call)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        var left = call.Left;
        var deadlineIsFirst = left < LongestWait;
        limit.CancelAfter(deadlineIsFirst ? left : LongestWait);
        var wanted = stage == Stage.Unspecified ? Stage.Accepted : stage;
        while (true)
        {
            var next = run.Changed.Next;
            var (reached, outcome, abort) = await run.PeekAsync(state => ProgressOf(state, updateId, admitted));
            if (abort == UpdateAbort.Continuing)
            {
                return null;
            }

            if (abort == UpdateAbort.Completed)
            {
                throw ServiceErrors.NotFound("workflow update was aborted by closing workflow");
            }

            if (abort == UpdateAbort.TaskFailed)
            {
                throw ServiceErrors.WorkflowNotReady("Unable to perform workflow execution update due to unexpected workflow task failure.");
            }

            if (reached >= wanted || limit.IsCancellationRequested)
            {
                call.Cancellation.ThrowIfCancellationRequested();
                if (reached < wanted && deadlineIsFirst)
                {
                    throw ServiceErrors.Of(StatusCode.DeadlineExceeded, "context deadline exceeded");
                }

                return new UpdateWorkflowExecutionResponse
                {
                    UpdateRef = new() { UpdateId = updateId, WorkflowExecution = run.Key.Execution },
                    Stage = reached,
                    Outcome = outcome,
                };
            }

            await next.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Checks the limits on in-flight and total updates (real server: update/registry.go).</summary>
    private static void RequireWithinLimits(MutableState state, ServerLimits limits)
    {
        if (state.AdmittedUpdates.Count + state.Updates.Values.Count(update => update.Outcome is null) >= limits.UpdatesInFlight)
        {
            throw ServiceErrors.ConcurrentLimit($"limit on number of concurrent in-flight updates has been reached ({limits.UpdatesInFlight})");
        }

        if (state.AdmittedUpdates.Count + state.Updates.Count >= limits.TotalUpdates)
        {
            throw ServiceErrors.FailedPrecondition(
                $"The limit on the total number of distinct updates in this workflow has been reached ({limits.TotalUpdates}). "
                + "Make sure any duplicate updates share an Update ID so the server can deduplicate them, and consider rejecting updates that you aren't going to process. "
                + "You can also Continue-as-New to avoid this; we recommend you check Continue-as-New Suggested in your Workflow.");
        }
    }

    private static (Stage Stage, Outcome? Outcome, UpdateAbort Abort) ProgressOf(MutableState state, string updateId, AdmittedUpdate? admitted)
    {
        if (state.Updates.TryGetValue(updateId, out var update))
        {
            var outcome = update.Outcome ?? (state.IsRunning ? null : new Outcome { Failure = AcceptedButNotCompleted() });
            return (outcome is null ? Stage.Accepted : Stage.Completed, outcome, UpdateAbort.None);
        }

        return admitted?.Outcome is { } rejection
            ? (Stage.Completed, rejection, UpdateAbort.None)
            : (Stage.Admitted, null, admitted?.Abort ?? UpdateAbort.None);
    }

    private static Failure AcceptedButNotCompleted() => new()
    {
        Message = "Workflow Update failed because the Workflow completed before the Update completed.",
        Source = "Server",
        ApplicationFailureInfo = new() { Type = "AcceptedUpdateCompletedWorkflow", NonRetryable = true },
    };
}
