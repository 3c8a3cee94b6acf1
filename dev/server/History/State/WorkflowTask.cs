using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>The type of a workflow task, by its events in history.</summary>
internal enum WorkflowTaskKind
{
    /// <summary>The scheduled and started events are in history.</summary>
    Normal,

    /// <summary>A further attempt, whose events are written only when it completes.</summary>
    Transient,

    /// <summary>Scheduled for updates; dropped without events when all of them are rejected.</summary>
    Speculative,
}

/// <summary>The pending workflow task of a run, which has at most one.</summary>
internal sealed class WorkflowTask
{
    public WorkflowTaskKind Kind { get; set; }

    public long ScheduledEventId { get; set; }

    public long StartedEventId { get; set; }

    public int Attempt { get; set; } = 1;

    public DateTime ScheduledTime { get; set; }

    /// <summary>Gets or sets the scheduled time of the first task of a workflow task heartbeat, in which the worker only requests further tasks.</summary>
    public DateTime OriginalScheduledTime { get; set; }

    public DateTime? StartedTime { get; set; }

    /// <summary>Gets or sets the unique stamp of the task; a completion with another stamp is stale.</summary>
    public string Stamp { get; set; } = "";

    public string Identity { get; set; } = "";

    /// <summary>Gets or sets the task queue: the run's normal queue, or a sticky queue.</summary>
    public string TaskQueue { get; set; } = "";

    public bool IsSticky { get; set; }

    public TimeSpan StartToCloseTimeout { get; set; }

    /// <summary>Gets or sets the time of the schedule-to-start timeout, or null.</summary>
    public DateTime? ScheduleToStartDeadline { get; set; }

    /// <summary>Gets or sets the history size in bytes that was sent to the worker; a started event that is written later has the same value.</summary>
    public long HistorySizeBytes { get; set; }

    /// <summary>Gets or sets the reasons of the continue-as-new suggestion, empty when there is none.</summary>
    public IReadOnlyList<SuggestContinueAsNewReason> ContinueAsNewReasons { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether the worker is notified of another target version.</summary>
    public bool TargetVersionChanged { get; set; }

    public bool IsStarted => StartedTime is not null;

    public WorkflowTask Clone() => (WorkflowTask)MemberwiseClone();
}
