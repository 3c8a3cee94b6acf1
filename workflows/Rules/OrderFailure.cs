using System.Text.Json;
using Temporalio.Exceptions;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>
/// The failure of a rejected update: error type = the problem's slug, the first detail = a JSON object of the problem's extra fields. Validators and
/// handlers use the same form, so a caller maps only one.
/// </summary>
public static class OrderFailure
{
    public static ApplicationFailureException Of(Refusal refusal) =>
        new(refusal.Message, refusal.Slug, nonRetryable: true, details: [refusal.Details]);

    /// <summary>Reads a refusal from a failed update's cause; <c>null</c> if it is not one of our refusals.</summary>
    public static Refusal? Read(ApplicationFailureException failure)
    {
        if (failure.ErrorType is not { } slug)
        {
            return null;
        }

        var details = failure.Details.Count > 0 ? failure.Details.ElementAt<JsonElement>(0) : JsonSerializer.SerializeToElement(new { });
        return new Refusal(slug, failure.Message, details);
    }
}
