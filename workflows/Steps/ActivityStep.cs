using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>One step of a process: how it is named to an operator, and what an operator may choose when it cannot be done.</summary>
/// <param name="Summary">Shown beside the activity in the Temporal Web UI.</param>
/// <param name="Skippable">Only what moves neither money nor stock may be left out.</param>
/// <param name="CallTime">How long one try may take, seconds.</param>
/// <param name="WriteOffMeans">What writing off means, where the team may refuse for good to take something back.</param>
public sealed record ActivityStep(string Name, string Summary, bool Skippable = false, int CallTime = 10, string? WriteOffMeans = null)
{
    private static RetryPolicy Patient => new()
    {
        InitialInterval = TimeSpan.FromSeconds(1),
        BackoffCoefficient = 2,
        MaximumInterval = TimeSpan.FromMinutes(1),
    };

    /// <summary>The options of the step's activity, repeated until it has an answer or <paramref name="timeout"/> is over.</summary>
    /// <param name="timeout"><c>null</c>: until it is done.</param>
    /// <param name="cancellationToken">The process's own: the workflow's cancellation does not reach it, for what was begun gets an answer and what must be undone is undone.</param>
    public ActivityOptions Options(TimeSpan? timeout, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(CallTime),
        ScheduleToCloseTimeout = timeout,
        RetryPolicy = Patient,
        CancellationToken = cancellationToken,
        Summary = Summary,
    };

    /// <summary>One try within seconds: a person waits for the answer.</summary>
    public ActivityOptions OptionsForOneTry(TimeSpan limit, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = limit,
        ScheduleToCloseTimeout = limit,
        RetryPolicy = new RetryPolicy { MaximumAttempts = 1 },
        CancellationToken = cancellationToken,
        Summary = Summary,
    };
}

/// <summary>The error types a step can fail with; Temporal shows them beside each failed attempt.</summary>
public static class StepFailureTypes
{
    /// <summary>No answer, or one that asks to try again: repeated with back-off until the step's timeout is over.</summary>
    public const string PartnerUnavailable = "partner-unavailable";

    /// <summary>An answer outside the contract, or a refusal: repeating it does not help, an operator decides.</summary>
    public const string PartnerRefused = "partner-refused";

    /// <summary>The answer does not fit what was asked for: it is not believed, an operator decides.</summary>
    public const string AnswerMismatch = "answer-mismatch";

    /// <summary>The store has a later snapshot of the order than this run, written by another run: this one was reset.</summary>
    public const string OrderSuperseded = "order-superseded";
}
