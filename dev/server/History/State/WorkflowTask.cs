using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>How a workflow task stands in history.</summary>
internal enum WorkflowTaskKind
{
    /// <summary>Scheduled and started are events.</summary>
    Normal,

    /// <summary>A further attempt: its events are written only when it completes.</summary>
    Transient,

    /// <summary>Made to deliver updates: leaves no trace at all when every update is rejected.</summary>
    Speculative,
}

/// <summary>The one workflow task that a run can have at a time.</summary>
internal sealed class WorkflowTask
{
    public WorkflowTaskKind Kind { get; set; }

    public long ScheduledEventId { get; set; }

    public long StartedEventId { get; set; }

    public int Attempt { get; set; } = 1;

    public DateTime ScheduledTime { get; set; }

    /// <summary>Gets or sets when the first of the tasks was scheduled that a worker has been prolonging, by answering with nothing but the wish for another.</summary>
    public DateTime OriginalScheduledTime { get; set; }

    public DateTime? StartedTime { get; set; }

    /// <summary>Gets or sets a value that no other task has: a completion that carries another one is stale.</summary>
    public string Stamp { get; set; } = "";

    public string Identity { get; set; } = "";

    /// <summary>Gets or sets the task queue it waits on; the run's own unless it is sticky.</summary>
    public string TaskQueue { get; set; } = "";

    public bool IsSticky { get; set; }

    public TimeSpan StartToCloseTimeout { get; set; }

    /// <summary>Gets or sets when a sticky worker must have taken it.</summary>
    public DateTime? ScheduleToStartDeadline { get; set; }

    /// <summary>Gets or sets the history's size as the worker was told it; a task that is written later must not say otherwise.</summary>
    public long HistorySizeBytes { get; set; }

    /// <summary>Gets or sets why the worker was advised to continue as new, empty when it was not.</summary>
    public IReadOnlyList<SuggestContinueAsNewReason> ContinueAsNewReasons { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether the worker was told that there is another version to move to.</summary>
    public bool TargetVersionChanged { get; set; }

    public bool IsStarted => StartedTime is not null;

    public WorkflowTask Clone() => (WorkflowTask)MemberwiseClone();
}
