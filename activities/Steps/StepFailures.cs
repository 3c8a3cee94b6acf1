using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Steps;

/// <summary>Turns failures of a team's call into the failure types the workflow knows: Temporal repeats what is transient and nothing else.</summary>
internal static class StepFailures
{
    public static async Task<T> RunAsync<T>(Func<Task<T>> step)
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
                nextRetryDelay: failure.RetryAfter);
        }
    }

    public static Task RunAsync(Func<Task> step) =>
        RunAsync(async () =>
        {
            await step();
            return true;
        });
}
