using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Requests;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Handlers;

/// <summary>
/// One update-with-start. The update is admitted to the running workflow if the conflict policy allows it or if that workflow has the update already. The
/// outcome of a completed update is returned whatever the policies are. Otherwise a workflow is started and the update admitted to it.
/// </summary>
internal sealed class UpdateWithStart(HistoryEngine engine, StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest update)
{
    private readonly string updateId = update.Request.Meta.UpdateId;

    /// <exception cref="RpcException">A multi-operation error with a status for each operation.</exception>
    public async Task<ExecuteMultiOperationResponse> RunAsync(CallContext call)
    {
        var mayRetry = true;
        while (true)
        {
            var attempt = new Attempt();
            var outcome = await StartAsync(attempt);
            if (attempt.Known is { } known)
            {
                return Response(outcome, new() { UpdateRef = Reference(outcome.Run), Stage = UpdateWorkflowExecutionLifecycleStage.Completed, Outcome = known });
            }

            try
            {
                if (await UpdateHandler.WaitAsync(outcome.Run, updateId, attempt.Admitted, update.WaitPolicy.LifecycleStage, call) is { } updated)
                {
                    return Response(outcome, updated);
                }
            }
            catch (RpcException closed) when (!outcome.Started && closed.StatusCode == StatusCode.NotFound)
            {
                // The workflow closed before the update was delivered: retry once, then return ABORTED so that the client retries.
                if (!mayRetry)
                {
                    throw MultiOperationErrors.Of(MultiOperationErrors.Aborted, ServiceErrors.Of(StatusCode.Aborted, closed.Status.Detail));
                }

                mayRetry = false;
            }
            catch (RpcException failure)
            {
                throw MultiOperationErrors.Of(outcome.Started ? null : MultiOperationErrors.Aborted, failure);
            }
        }
    }

    private async Task<StartOutcome> StartAsync(Attempt attempt)
    {
        try
        {
            var outcome = await engine.Transfers.Starter.StartAsync(new StartParameters(start)
            {
                InsteadOfStart = tx => UpdateOnly(tx, attempt),
                AfterStart = tx => Admit(tx, attempt),
            });
            return attempt.IsDecided ? outcome : throw ServiceErrors.Unavailable("Workflow was not started: StartDeduped");
        }
        catch (RpcException failure) when (ReferenceEquals(failure, attempt.Refusal))
        {
            throw MultiOperationErrors.Of(MultiOperationErrors.Aborted, failure);
        }
        catch (RpcException failure)
        {
            throw MultiOperationErrors.Of(failure, MultiOperationErrors.Aborted);
        }
    }

    /// <summary>Admits the update to the current run if no start is needed; null to go on with the start.</summary>
    private StartOutcome? UpdateOnly(RunTransaction tx, Attempt attempt)
    {
        var state = tx.State;
        if (state.Updates.GetValueOrDefault(updateId) is { Outcome: { } outcome })
        {
            attempt.Known = outcome;
            attempt.IsDecided = true;
            return new StartOutcome(tx.Run, false, state.Status);
        }

        var isTarget = start.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.UseExisting
            || start.RequestId == state.Facts.CreateRequestId
            || state.Updates.ContainsKey(updateId)
            || tx.Run.Updates.Find(updateId) is not null;
        if (!state.IsRunning || !isTarget)
        {
            return null;
        }

        Admit(tx, attempt);
        return new StartOutcome(tx.Run, false, WorkflowExecutionStatus.Running);
    }

    private void Admit(RunTransaction tx, Attempt attempt)
    {
        try
        {
            attempt.Admitted = UpdateHandler.Admit(tx, update.Request);
            attempt.IsDecided = true;
        }
        catch (RpcException refusal)
        {
            attempt.Refusal = refusal;
            throw;
        }
    }

    private UpdateRef Reference(WorkflowRun run) => new() { UpdateId = updateId, WorkflowExecution = run.Key.Execution };

    private static ExecuteMultiOperationResponse Response(StartOutcome outcome, UpdateWorkflowExecutionResponse updated) => new()
    {
        Responses =
        {
            new ExecuteMultiOperationResponse.Types.Response
            {
                StartWorkflow = new()
                {
                    RunId = outcome.Run.Key.RunId,
                    Started = outcome.Started,
                    Status = outcome.Status,
                    Link = StartLinks.ToStartedEvent(outcome.Run),
                },
            },
            new ExecuteMultiOperationResponse.Types.Response { UpdateWorkflow = updated },
        },
    };

    /// <summary>The result of one attempt.</summary>
    private sealed class Attempt
    {
        /// <summary>Gets or sets a value indicating whether the update was admitted, or was completed before.</summary>
        public bool IsDecided { get; set; }

        public AdmittedUpdate? Admitted { get; set; }

        /// <summary>Gets or sets the outcome of an update that was completed before.</summary>
        public Outcome? Known { get; set; }

        /// <summary>Gets or sets the error with which the update was not admitted.</summary>
        public RpcException? Refusal { get; set; }
    }
}
