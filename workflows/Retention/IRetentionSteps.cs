using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Retention;

/// <summary>Activities of retention. Every activity may be repeated.</summary>
public interface IRetentionSteps
{
    /// <summary>Deletes rows past their retention period: carts, ids of received events, idempotency keys, delivered notifications.</summary>
    [Activity]
    Task PurgeAsync();

    /// <summary>Erases a page of members after one; returns the last member checked, <c>null</c> if there is none left.</summary>
    [Activity]
    Task<string?> EraseMembersAsync(string after);

    /// <summary>Erases the guests of a page of orders after one; returns the last order checked, <c>null</c> if there is none left.</summary>
    [Activity]
    Task<string?> EraseGuestsAsync(string after);
}

/// <summary>The progress of a night's retention.</summary>
public sealed record RetentionProgress(RetentionPart Part, string After);

/// <summary>The customers that a part of retention covers.</summary>
public enum RetentionPart
{
    Members,
    Guests,
}

/// <summary>Fixed Temporal names of retention.</summary>
public static class RetentionTemporal
{
    public const string DailyWorkflow = "RetentionDaily";
}
