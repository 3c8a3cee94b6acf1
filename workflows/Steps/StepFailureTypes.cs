namespace OrderOrchestration.Workflows.Steps;

/// <summary>The error types a step can fail with; Temporal shows them beside each failed attempt.</summary>
public static class StepFailureTypes
{
    /// <summary>No answer, or one that asks to try again: repeated with back-off for as long as the step's patience lasts.</summary>
    public const string PartnerUnavailable = "partner-unavailable";

    /// <summary>An answer outside the contract: repeating it does not help, an operator decides.</summary>
    public const string PartnerRefused = "partner-refused";
}
