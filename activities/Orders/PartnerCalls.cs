using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Turns failures of a team's call into the failure types the workflow knows: Temporal repeats what is transient and nothing else.</summary>
internal static class PartnerCalls
{
    /// <param name="call">The calls.</param>
    /// <param name="progress">What of the step was done when it failed; the workflow finds it in the failure.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, Func<object>? progress = null)
    {
        try
        {
            return await call();
        }
        catch (PartnerFailureException failure)
        {
            throw new ApplicationFailureException(
                failure.Message,
                failure,
                TypeOf(failure),
                nonRetryable: !failure.IsTransient,
                details: progress is null ? null : [progress()],
                nextRetryDelay: failure.RetryAfter);
        }
    }

    public static Task RunAsync(Func<Task> call) =>
        RunAsync(async () =>
        {
            await call();
            return true;
        });

    private static string TypeOf(PartnerFailureException failure) =>
        failure.IsTransient ? StepFailureTypes.PartnerUnavailable
        : failure.IsMismatch ? StepFailureTypes.AnswerMismatch
        : StepFailureTypes.PartnerRefused;
}
