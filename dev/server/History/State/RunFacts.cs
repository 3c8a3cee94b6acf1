using System.Text.Json.Serialization;

namespace EmbeddedTemporal.History.State;

/// <summary>
/// What a run's history does not tell and a restart must still know: attempts of activities, the pending workflow task, stickiness and events
/// that wait for a running workflow task to end. Everything else is a fold over the history. Written with every change, so what is not there is null.
/// </summary>
internal sealed class RunFacts
{
    /// <summary>Gets or sets the sticky task queue of the worker that has this run cached, empty when there is none.</summary>
    public string StickyTaskQueue { get; set; } = "";

    public TimeSpan StickyScheduleToStartTimeout { get; set; }

    /// <summary>Gets or sets the attempt of the next workflow task; above one the task is transient.</summary>
    public int WorkflowTaskAttempt { get; set; } = 1;

    public WorkflowTask? WorkflowTask { get; set; }

    /// <summary>Gets or sets how many workflow tasks in a row have failed or timed out.</summary>
    public int WorkflowTaskProblems { get; set; }

    /// <summary>Gets or sets what history tells of the last of those that it tells of.</summary>
    public IReadOnlyList<string>? LastProblem { get; set; }

    /// <summary>Gets or sets what lists tell of those, null while it may still be a passing fault.</summary>
    public IReadOnlyList<string>? ReportedProblems { get; set; }

    /// <summary>Gets or sets when the first workflow task becomes due (start delay, cron, retry), while it is not.</summary>
    public DateTime? FirstWorkflowTaskDue { get; set; }

    /// <summary>Gets or sets the attempts of pending activities that differ from a fresh first attempt, by scheduled event id.</summary>
    public Dictionary<long, ActivityAttempt>? Activities { get; set; }

    /// <summary>Gets or sets the buffered events, serialized and without ids.</summary>
    public IReadOnlyList<byte[]>? BufferedEvents { get; set; }

    /// <summary>Gets or sets the updates that were admitted and are not accepted yet, serialized, in the order of admission.</summary>
    public IReadOnlyList<byte[]>? AdmittedUpdates { get; set; }

    /// <summary>Gets or sets a value indicating whether parent and children still have to hear that this run closed.</summary>
    public bool CloseTransfersPending { get; set; }

    /// <summary>Gets or sets when the run closed.</summary>
    public DateTime? CloseTime { get; set; }

    /// <summary>Gets or sets the request id of the start that made this run.</summary>
    public string CreateRequestId { get; set; } = "";

    /// <summary>Gets or sets when this run was made by a reset; its own time-outs count from here.</summary>
    public DateTime? ResetTime { get; set; }

    /// <summary>Gets or sets the run that took over from this one by a reset.</summary>
    public string ResetRunId { get; set; } = "";

    /// <summary>Gets or sets the request ids of starts that were answered with this run instead of a new one.</summary>
    public HashSet<string>? AttachedRequestIds { get; set; }

    /// <summary>Gets or sets what is known of worker versions beyond history; null where the run has nothing to do with them.</summary>
    public VersioningFacts? Versioning { get; set; }
}

[JsonSerializable(typeof(RunFacts))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
internal sealed partial class RunFactsJson : JsonSerializerContext;
