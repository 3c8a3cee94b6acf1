using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>The outcome of a workflow that a schedule started.</summary>
internal sealed record ScheduledOutcome(WorkflowExecutionStatus Status, Payloads? Result, Failure? Failure);

/// <summary>The operations that schedules need from the engine.</summary>
internal interface IScheduledWorkflows
{
    /// <summary>Starts a workflow and returns its run id; a duplicate request returns the same run.</summary>
    /// <exception cref="Grpc.Core.RpcException">The start was rejected.</exception>
    Task<string> StartAsync(StartWorkflowExecutionRequest request);

    /// <summary>Returns the outcome of the chain of runs that begins with this one (retries, cron and continue-as-new).</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="execution">The first run.</param>
    /// <param name="wait">Whether to wait for the close.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The outcome; null while the chain is running. A deleted run counts as completed without a result.</returns>
    Task<ScheduledOutcome?> OutcomeAsync(string namespaceName, WorkflowExecution execution, bool wait, CancellationToken cancellation);

    /// <summary>Requests cancellation of the chain that begins with this run; no effect if it is closed.</summary>
    Task CancelAsync(string namespaceName, WorkflowExecution execution, string identity);

    /// <summary>Terminates the chain that begins with this run; no effect if it is closed.</summary>
    Task TerminateAsync(string namespaceName, WorkflowExecution execution, string identity);
}
