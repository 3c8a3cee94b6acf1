using EmbeddedTemporal.Common;
using EmbeddedTemporal.History;
using EmbeddedTemporal.History.Updates;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Handlers;

/// <summary>
/// One update-with-start. The update goes to the running workflow where the policies allow it, or where it is known there already; its old outcome is
/// answered whatever the policies say; else a workflow is started with it.
/// </summary>
internal sealed class UpdateWithStart(HistoryEngine engine, StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest update)
{
    private readonly string updateId = update.Request.Meta.UpdateId;

    /// <exception cref="RpcException">What became of each operation.</exception>
    public async Task<ExecuteMultiOperationResponse> RunAsync(CallContext call)
    {
        var again = true;
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
                // The workflow closed before it saw the update; the next one may have it, once. After that it is the client's turn.
                if (!again)
                {
                    throw MultiOperationErrors.Of(MultiOperationErrors.Aborted, ServiceErrors.Of(StatusCode.Aborted, closed.Status.Detail));
                }

                again = false;
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

    /// <summary>Decides whether the newest run gets the update as it is.</summary>
    private StartOutcome? UpdateOnly(RunTransaction tx, Attempt attempt)
    {
        var state = tx.State;
        if (state.Updates.GetValueOrDefault(updateId) is { Outcome: { } outcome })
        {
            attempt.Known = outcome;
            attempt.IsDecided = true;
            return new StartOutcome(tx.Run, false, state.Status);
        }

        var isMeant = start.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.UseExisting
            || start.RequestId == state.Facts.CreateRequestId
            || state.Updates.ContainsKey(updateId)
            || tx.Run.Updates.Find(updateId) is not null;
        if (!state.IsRunning || !isMeant)
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

    /// <summary>What one try came to.</summary>
    private sealed class Attempt
    {
        /// <summary>Gets or sets a value indicating whether the update was taken in, or is known to be done.</summary>
        public bool IsDecided { get; set; }

        public AdmittedUpdate? Admitted { get; set; }

        /// <summary>Gets or sets the outcome that the update had already.</summary>
        public Outcome? Known { get; set; }

        /// <summary>Gets or sets why the workflow does not take the update.</summary>
        public RpcException? Refusal { get; set; }
    }
}
