namespace EmbeddedTemporal.Common;

/// <summary>What one workflow or request may take up; the defaults are the real server's (common/dynamicconfig/constants.go).</summary>
public sealed record ServerLimits
{
    /// <summary>The share of <see cref="TotalUpdates"/> from which on workers are advised to continue as new.</summary>
    public const double SuggestContinueAsNewUpdateShare = 0.9;

    /// <summary>Gets the largest blob: one input, result, set of details or failure.</summary>
    public int BlobBytes { get; init; } = 2 << 20;

    /// <summary>Gets the size from which on the real server warns of a blob; what is left of a failure that is too large has this size.</summary>
    public int BlobWarnBytes { get; init; } = 512 << 10;

    /// <summary>Gets the largest memo.</summary>
    public int MemoBytes { get; init; } = 2 << 20;

    /// <summary>Gets the largest history; a run whose history becomes larger is terminated.</summary>
    public long HistorySizeBytes { get; init; } = 50 << 20;

    /// <summary>Gets the number of events of the longest history; a run with more is terminated.</summary>
    public int HistoryEvents { get; init; } = 50 << 10;

    /// <summary>Gets the number of events from which on workers are advised to continue as new.</summary>
    public int SuggestContinueAsNewEvents { get; init; } = 4 << 10;

    /// <summary>Gets the size of a history from which on workers are advised to continue as new.</summary>
    public long SuggestContinueAsNewBytes { get; init; } = 4 << 20;

    /// <summary>Gets how many activities may be pending at a time.</summary>
    public int PendingActivities { get; init; } = 2000;

    /// <summary>Gets how many child workflows may be pending at a time.</summary>
    public int PendingChildren { get; init; } = 2000;

    /// <summary>Gets how many signals to other workflows may be pending at a time.</summary>
    public int PendingSignals { get; init; } = 2000;

    /// <summary>Gets how many requests to cancel other workflows may be pending at a time.</summary>
    public int PendingCancelRequests { get; init; } = 2000;

    /// <summary>Gets how many signals a run takes in all.</summary>
    public int Signals { get; init; } = 10_000;

    /// <summary>Gets how many events may wait for a running workflow task to end; with more the task fails.</summary>
    public int BufferedEvents { get; init; } = 100;

    /// <summary>Gets how large those events may be in all.</summary>
    public long BufferedBytes { get; init; } = 2 << 20;

    /// <summary>Gets how many queries of a run may wait for its workflow task.</summary>
    public int BufferedQueries { get; init; } = 1;

    /// <summary>Gets how many updates may be under way at a time.</summary>
    public int UpdatesInFlight { get; init; } = 10;

    /// <summary>Gets how many updates a run takes in all.</summary>
    public int TotalUpdates { get; init; } = 2000;

    /// <summary>
    /// Gets how long after a run's begin the next one of its chain begins at the earliest (continue-as-new, retry, cron); the real server's
    /// history.workflowIdReuseMinimalInterval.
    /// </summary>
    public TimeSpan RunInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many worker deployments there may be, and how their drainage is watched.</summary>
    public DeploymentLimits Deployments { get; init; } = new();

    /// <summary>
    /// Gets a value indicating whether fairness keys take turns within a priority (matching.enableFairness). A real server starts without it; here it is on,
    /// as in Temporal Cloud, for tasks without keys are served alike.
    /// </summary>
    public bool Fairness { get; init; } = true;

    /// <summary>Gets a value indicating whether the oldest API of build ids is open (frontend.workerVersioningDataAPIs).</summary>
    public bool VersionSets { get; init; }

    /// <summary>Gets the largest request over gRPC.</summary>
    public int RequestBytes { get; init; } = 4 << 20;
}
