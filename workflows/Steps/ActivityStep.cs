using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>One step of a process: its name for operators, its activity options, and the actions an operator may choose when it cannot be completed.</summary>
/// <param name="Summary">Shown with the activity in the Temporal Web UI.</param>
/// <param name="Skippable">Only a step that moves neither money nor stock may be skipped.</param>
/// <param name="CallTime">How long one attempt may take, seconds.</param>
/// <param name="WriteOffMeans">What writing off means, if the team may permanently refuse to restore something.</param>
public sealed record ActivityStep(string Name, string Summary, bool Skippable = false, int CallTime = 10, string? WriteOffMeans = null)
{
    private static RetryPolicy Patient => new()
    {
        InitialInterval = TimeSpan.FromSeconds(1),
        BackoffCoefficient = 2,
        MaximumInterval = TimeSpan.FromMinutes(1),
    };

    /// <summary>The options of the step's activity: retried until it has an answer or <paramref name="timeout"/> has elapsed.</summary>
    /// <param name="timeout"><c>null</c>: until it is done.</param>
    /// <param name="cancellationToken">The process's own token. The workflow's cancellation does not reach it, so that a started call gets its answer and compensation completes.</param>
    public ActivityOptions Options(TimeSpan? timeout, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(CallTime),
        ScheduleToCloseTimeout = timeout,
        RetryPolicy = Patient,
        CancellationToken = cancellationToken,
        Summary = Summary,
    };

    /// <summary>The options of one short attempt, for a person who waits for the answer.</summary>
    public ActivityOptions OptionsForOneTry(TimeSpan limit, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = limit,
        ScheduleToCloseTimeout = limit,
        RetryPolicy = new RetryPolicy { MaximumAttempts = 1 },
        CancellationToken = cancellationToken,
        Summary = Summary,
    };
}

/// <summary>The error types a step can fail with; Temporal shows them with each failed attempt.</summary>
public static class StepFailureTypes
{
    /// <summary>No answer, or one that asks for a retry: retried with back-off until the step's timeout has elapsed.</summary>
    public const string PartnerUnavailable = "partner-unavailable";

    /// <summary>An answer outside the contract, or a refusal: not retried, an operator decides.</summary>
    public const string PartnerRefused = "partner-refused";

    /// <summary>The answer does not match the request: it is not accepted, an operator decides.</summary>
    public const string AnswerMismatch = "answer-mismatch";

    /// <summary>The store has a later snapshot of the order than this run, written by another run: this one was reset.</summary>
    public const string OrderSuperseded = "order-superseded";
}
