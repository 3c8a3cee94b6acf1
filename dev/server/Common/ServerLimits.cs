namespace EmbeddedTemporal.Common;

/// <summary>Size and count limits of workflows and requests; the defaults are the real server's (common/dynamicconfig/constants.go).</summary>
public sealed record ServerLimits
{
    /// <summary>The fraction of <see cref="TotalUpdates"/> from which continue-as-new is suggested to workers.</summary>
    public const double SuggestContinueAsNewUpdateShare = 0.9;

    /// <summary>Gets the largest blob in bytes: one input, result, set of details or failure.</summary>
    public int BlobBytes { get; init; } = 2 << 20;

    /// <summary>Gets the blob size in bytes at which the real server logs a warning; a failure that is too large is truncated to this size.</summary>
    public int BlobWarnBytes { get; init; } = 512 << 10;

    /// <summary>Gets the largest memo in bytes.</summary>
    public int MemoBytes { get; init; } = 2 << 20;

    /// <summary>Gets the largest history in bytes; a run whose history becomes larger is terminated.</summary>
    public long HistorySizeBytes { get; init; } = 50 << 20;

    /// <summary>Gets the largest number of history events; a run with more is terminated.</summary>
    public int HistoryEvents { get; init; } = 50 << 10;

    /// <summary>Gets the number of history events from which continue-as-new is suggested to workers.</summary>
    public int SuggestContinueAsNewEvents { get; init; } = 4 << 10;

    /// <summary>Gets the history size in bytes from which continue-as-new is suggested to workers.</summary>
    public long SuggestContinueAsNewBytes { get; init; } = 4 << 20;

    /// <summary>Gets how many activities may be pending at a time.</summary>
    public int PendingActivities { get; init; } = 2000;

    /// <summary>Gets how many child workflows may be pending at a time.</summary>
    public int PendingChildren { get; init; } = 2000;

    /// <summary>Gets how many signals to other workflows may be pending at a time.</summary>
    public int PendingSignals { get; init; } = 2000;

    /// <summary>Gets how many requests to cancel other workflows may be pending at a time.</summary>
    public int PendingCancelRequests { get; init; } = 2000;

    /// <summary>Gets how many signals a run accepts in total.</summary>
    public int Signals { get; init; } = 10_000;

    /// <summary>Gets how many events may be buffered while a workflow task is started; with more the task fails.</summary>
    public int BufferedEvents { get; init; } = 100;

    /// <summary>Gets the largest total size of the buffered events in bytes.</summary>
    public long BufferedBytes { get; init; } = 2 << 20;

    /// <summary>Gets how many queries of a run may be buffered for its workflow task.</summary>
    public int BufferedQueries { get; init; } = 1;

    /// <summary>Gets how many updates of a run may be in flight at a time.</summary>
    public int UpdatesInFlight { get; init; } = 10;

    /// <summary>Gets how many updates a run accepts in total.</summary>
    public int TotalUpdates { get; init; } = 2000;

    /// <summary>
    /// Gets the minimal interval between the starts of two consecutive runs of a chain (continue-as-new, retry, cron); the real server's
    /// history.workflowIdReuseMinimalInterval.
    /// </summary>
    public TimeSpan RunInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the limits of worker deployments and the intervals of the drainage check.</summary>
    public DeploymentLimits Deployments { get; init; } = new();

    /// <summary>
    /// Gets a value indicating whether tasks of one priority are dispatched fairly by fairness key (matching.enableFairness). It is off by default in the real
    /// server and on here, as in Temporal Cloud; the order of tasks without keys is the same either way.
    /// </summary>
    public bool Fairness { get; init; } = true;

    /// <summary>Gets a value indicating whether the version set API of build ids is enabled (frontend.workerVersioningDataAPIs).</summary>
    public bool VersionSets { get; init; }

    /// <summary>Gets the largest gRPC request in bytes.</summary>
    public int RequestBytes { get; init; } = 4 << 20;
}
