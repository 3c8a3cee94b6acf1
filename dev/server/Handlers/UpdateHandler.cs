using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.History.Updates;
using Grpc.Core;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using Stage = Temporalio.Api.Enums.V1.UpdateWorkflowExecutionLifecycleStage;

namespace EmbeddedTemporal.Handlers;

/// <summary>Sends updates to workflows and waits for what becomes of them.</summary>
internal sealed class UpdateHandler(HistoryEngine engine)
{
    /// <summary>From this attempt on a failing workflow task will not bring an update to the workflow either.</summary>
    private const int HopelessAttempt = 3;

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
                // The workflow went on as another run before it saw the update: ask that one.
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

        // Without a stage to wait for, it is told how the update stands.
        var stage = request.WaitPolicy is { LifecycleStage: > Stage.Unspecified and var asked } ? asked : Stage.Admitted;
        var answer = await WaitAsync(run, updateId, admitted, stage, call)
            ?? throw ServiceErrors.WorkflowClosing();
        return new PollWorkflowExecutionUpdateResponse { Outcome = answer.Outcome, Stage = answer.Stage, UpdateRef = answer.UpdateRef };
    }

    /// <summary>Takes the update in, once per id, and makes sure a worker gets it. Null when history knows it already.</summary>
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

        if (tx.State.Facts.WorkflowTaskAttempt >= HopelessAttempt)
        {
            throw ServiceErrors.WorkflowNotReady("Unable to perform workflow execution update due to Workflow Task in failed state.");
        }

        tx.RequireNotClosing();
        if (isKnown || tx.Run.Updates.Find(updateId) is not null)
        {
            return tx.Run.Updates.Find(updateId);
        }

        RequireRoom(tx.State, tx.Run.Limits);
        tx.Admit(request);
        var admitted = tx.Run.Updates.Admit(request);
        tx.State.Facts.FirstWorkflowTaskDue = null;
        tx.ScheduleWorkflowTask(speculative: tx.State.LastCompletedWorkflowTaskStartedEventId > 0);
        return admitted;
    }

    /// <summary>
    /// Waits until the update has come as far as asked, or for as long as the server waits: then it answers how far that is, and the caller asks again.
    /// A caller that gives up earlier gets no such answer, for it would never learn that its own time is up. Null when another run took over.
    /// </summary>
    /// <exception cref="RpcException">DEADLINE_EXCEEDED.</exception>
    public static async Task<UpdateWorkflowExecutionResponse?> WaitAsync(WorkflowRun run, string updateId, AdmittedUpdate? admitted, Stage stage, CallContext call)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        var left = call.Left;
        var givesUp = left < LongestWait;
        limit.CancelAfter(givesUp ? left : LongestWait);
        var wanted = stage == Stage.Unspecified ? Stage.Accepted : stage;
        while (true)
        {
            var next = run.Changed.Next;
            var (reached, outcome, abort) = await run.PeekAsync(state => Look(state, updateId, admitted));
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
                if (reached < wanted && givesUp)
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

    /// <summary>Holds the run to its limits on updates (real server: update/registry.go).</summary>
    private static void RequireRoom(MutableState state, ServerLimits limits)
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

    private static (Stage Stage, Outcome? Outcome, UpdateAbort Abort) Look(MutableState state, string updateId, AdmittedUpdate? admitted)
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
