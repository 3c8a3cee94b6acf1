using System.Text.Json.Serialization;

namespace EmbeddedTemporal.History.State;

/// <summary>
/// The persisted part of the mutable state that does not follow from history: activity attempts, the pending workflow task, stickiness and buffered events.
/// It is written with every change, so empty fields are null to keep it small.
/// </summary>
internal sealed class RunFacts
{
    /// <summary>Gets or sets the sticky task queue of the worker that has this run in its cache, empty when there is none.</summary>
    public string StickyTaskQueue { get; set; } = "";

    public TimeSpan StickyScheduleToStartTimeout { get; set; }

    /// <summary>Gets or sets the attempt of the next workflow task; above one the task is transient.</summary>
    public int WorkflowTaskAttempt { get; set; } = 1;

    public WorkflowTask? WorkflowTask { get; set; }

    /// <summary>Gets or sets the number of consecutive workflow task failures and timeouts.</summary>
    public int WorkflowTaskProblems { get; set; }

    /// <summary>Gets or sets the category and cause of the last such failure that has a history event.</summary>
    public IReadOnlyList<string>? LastProblem { get; set; }

    /// <summary>Gets or sets the value of TemporalReportedProblems, null while there are too few consecutive failures.</summary>
    public IReadOnlyList<string>? ReportedProblems { get; set; }

    /// <summary>Gets or sets the end of the first workflow task's back-off (start delay, cron, retry), null after it has ended.</summary>
    public DateTime? FirstWorkflowTaskDue { get; set; }

    /// <summary>Gets or sets the attempts of pending activities that differ from a new first attempt, by scheduled event id.</summary>
    public Dictionary<long, ActivityAttempt>? Activities { get; set; }

    /// <summary>Gets or sets the buffered events, serialized and without ids.</summary>
    public IReadOnlyList<byte[]>? BufferedEvents { get; set; }

    /// <summary>Gets or sets the updates that are admitted and not accepted, serialized, in the order of admission.</summary>
    public IReadOnlyList<byte[]>? AdmittedUpdates { get; set; }

    /// <summary>Gets or sets a value indicating whether the parent and the children have yet to be notified of the close.</summary>
    public bool CloseTransfersPending { get; set; }

    /// <summary>Gets or sets the close time.</summary>
    public DateTime? CloseTime { get; set; }

    /// <summary>Gets or sets the request id of the start that created this run.</summary>
    public string CreateRequestId { get; set; } = "";

    /// <summary>Gets or sets the time of the reset that created this run, from which its timeouts count.</summary>
    public DateTime? ResetTime { get; set; }

    /// <summary>Gets or sets the id of the run that a reset of this run created.</summary>
    public string ResetRunId { get; set; } = "";

    /// <summary>Gets or sets the request ids of starts that attached to this run.</summary>
    public HashSet<string>? AttachedRequestIds { get; set; }

    /// <summary>Gets or sets the versioning state that does not follow from history; null for an unversioned run.</summary>
    public VersioningFacts? Versioning { get; set; }
}

[JsonSerializable(typeof(RunFacts))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
internal sealed partial class RunFactsJson : JsonSerializerContext;
