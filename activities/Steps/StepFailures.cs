using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Turns failures of a team's call into the failure types the workflow knows: Temporal repeats what is transient and nothing else.</summary>
internal static class StepFailures
{
    /// <param name="step">The calls.</param>
    /// <param name="progress">What of the step was done when it failed; the workflow finds it in the failure.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> step, Func<object>? progress = null)
    {
        try
        {
            return await step();
        }
        catch (PartnerFailureException failure)
        {
            throw new ApplicationFailureException(
                failure.Message,
                failure,
                failure.IsTransient ? StepFailureTypes.PartnerUnavailable : StepFailureTypes.PartnerRefused,
                nonRetryable: !failure.IsTransient,
                details: progress is null ? null : [progress()],
                nextRetryDelay: failure.RetryAfter);
        }
    }

    public static Task RunAsync(Func<Task> step, Func<object>? progress = null) =>
        RunAsync(
            async () =>
            {
                await step();
                return true;
            },
            progress);
}
