using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Retention;

/// <summary>What retention does. Every step may be taken again: what is gone stays gone.</summary>
public interface IRetentionSteps
{
    /// <summary>Deletes rows past their time: carts, ids of received events, idempotency keys, delivered notifications.</summary>
    [Activity]
    Task PurgeAsync();

    /// <summary>Erases a page of members after one; answers the last it looked at, <c>null</c> where there is none left.</summary>
    [Activity]
    Task<string?> EraseMembersAsync(string after);

    /// <summary>Erases the guests of a page of orders after one; answers the last order it looked at, <c>null</c> where there is none left.</summary>
    [Activity]
    Task<string?> EraseGuestsAsync(string after);
}

/// <summary>How far a night's retention came.</summary>
public sealed record RetentionProgress(RetentionPart Part, string After);

/// <summary>Whom retention looks at.</summary>
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
