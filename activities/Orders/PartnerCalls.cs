using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Exceptions;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Maps failures of a team's call to the failure types of the workflow: Temporal retries transient ones only.</summary>
internal static class PartnerCalls
{
    /// <param name="call">The calls.</param>
    /// <param name="progress">The completed part of the step when it failed; the workflow reads it from the failure's details.</param>
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
