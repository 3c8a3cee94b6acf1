using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>How a workflow that a schedule started ended.</summary>
internal sealed record ScheduledOutcome(WorkflowExecutionStatus Status, Payloads? Result, Failure? Failure);

/// <summary>What a schedule asks of the engine.</summary>
internal interface IScheduledWorkflows
{
    /// <summary>Starts a workflow and answers its run id; the same request again answers the same run.</summary>
    /// <exception cref="Grpc.Core.RpcException">It was refused.</exception>
    Task<string> StartAsync(StartWorkflowExecutionRequest request);

    /// <summary>Answers how the chain of runs that began with this one ended (retries and continuations are part of it).</summary>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="execution">The first run.</param>
    /// <param name="wait">Whether to wait for the end.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The end; null while it runs. A run that is gone counts as completed without a result.</returns>
    Task<ScheduledOutcome?> OutcomeAsync(string namespaceName, WorkflowExecution execution, bool wait, CancellationToken cancellation);

    /// <summary>Asks the chain that began with this run to cancel; nothing happens when it has ended.</summary>
    Task CancelAsync(string namespaceName, WorkflowExecution execution, string identity);

    /// <summary>Terminates the chain that began with this run; nothing happens when it has ended.</summary>
    Task TerminateAsync(string namespaceName, WorkflowExecution execution, string identity);
}
