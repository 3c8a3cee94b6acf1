using System.Text.Json;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.History.State;

/// <summary>
/// The mutable state of a run: the result of applying its history events (<see cref="Apply"/>) plus <see cref="Facts"/>.
/// Only the run's own transactions change it.
/// </summary>
internal sealed partial class MutableState(RunKey key)
{
    public RunKey Key { get; } = key;

    public List<HistoryEvent> Events { get; } = [];

    /// <summary>Gets the events that are buffered while a workflow task is started; they are applied, but have no event id yet.</summary>
    public List<HistoryEvent> Buffered { get; } = [];

    /// <summary>Gets the size of the buffered events in bytes, while there are any.</summary>
    public long BufferedBytes { get; private set; }

    public RunFacts Facts { get; private init; } = new();

    public WorkflowTask? WorkflowTask
    {
        get => Facts.WorkflowTask;
        set => Facts.WorkflowTask = value;
    }

    public WorkflowExecutionStartedEventAttributes Started { get; private set; } = new();

    public WorkflowExecutionStatus Status { get; private set; } = WorkflowExecutionStatus.Running;

    public DateTime StartTime => Facts.ResetTime ?? FirstStartTime;

    /// <summary>Gets the time of the first event, which is earlier than <see cref="StartTime"/> after a reset.</summary>
    public DateTime FirstStartTime { get; private set; }

    public DateTime? CloseTime { get; private set; }

    /// <summary>Gets the id of the started event of the last completed workflow task, zero before the first.</summary>
    public long LastCompletedWorkflowTaskStartedEventId { get; private set; }

    public bool CancelRequested { get; private set; }

    public Memo Memo { get; } = new();

    public SearchAttributes SearchAttributes { get; } = new();

    public SortedList<long, PendingActivity> Activities { get; } = [];

    public Dictionary<string, UserTimer> Timers { get; } = [];

    public SortedList<long, PendingChild> Children { get; } = [];

    public SortedList<long, SignalExternalWorkflowExecutionInitiatedEventAttributes> ExternalSignals { get; } = [];

    public SortedList<long, RequestCancelExternalWorkflowExecutionInitiatedEventAttributes> ExternalCancels { get; } = [];

    public Dictionary<string, WorkflowUpdateState> Updates { get; } = [];

    /// <summary>
    /// Gets the updates that are admitted and not accepted, in the order of admission. Only updates that a reset reapplied have an admitted event; the others
    /// are persisted in <see cref="Facts"/>. The real server relies on clients to send them again after a failover, but here the clients may be gone.
    /// </summary>
    public OrderedDictionary<string, Temporalio.Api.Update.V1.Request> AdmittedUpdates { get; } = [];

    /// <summary>Gets the ids of updates with an admitted event, which are sent to the worker as that event and not as a message.</summary>
    public HashSet<string> UpdatesAdmittedByEvent { get; } = [];

    public HashSet<string> SignalRequestIds { get; } = [];

    /// <summary>Gets the build ids and reset points of the run.</summary>
    public WorkflowBuilds Builds { get; } = new();

    /// <summary>Gets the number of signals received.</summary>
    public int SignalCount { get; private set; }

    /// <summary>Gets the id of the next event.</summary>
    public long NextEventId => Events.Count + 1;

    public bool IsRunning => Status is WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused;

    /// <summary>Gets a value indicating whether the run is paused, so that none of its tasks are dispatched.</summary>
    public bool IsPaused => Status == WorkflowExecutionStatus.Paused;

    /// <summary>Gets the identity, reason and time of the pause, null while the run is not paused.</summary>
    public WorkflowExecutionPauseInfo? PauseInfo { get; private set; }

    public string PauseRequestId { get; private set; } = "";

    /// <summary>Gets or sets a value indicating whether the last workflow task failed to close the run because of buffered events. Not persisted.</summary>
    public bool CloseAttempted { get; set; }

    public bool HasBufferedEvents => Buffered.Count > 0;

    public string TaskQueue => Started.TaskQueue.Name;

    public string WorkflowType => Started.WorkflowType.Name;

    public TimeSpan WorkflowTaskTimeout => Started.WorkflowTaskTimeout.Span();

    /// <summary>Gets a value indicating whether the run has pending work: it is running, or its close transfers are pending.</summary>
    public bool IsLive => IsRunning || Facts.CloseTransfersPending;

    public HistoryEvent CloseEvent => Events[^1];

    public long HistorySizeBytes { get; private set; }

    /// <summary>Gets the number of persisted events.</summary>
    public int StoredEvents { get; private set; }

    /// <summary>Gets a value indicating whether the run is persisted as live.</summary>
    public bool IsStoredLive { get; private set; }

    /// <summary>Gets a value indicating whether events are not persisted; between two transactions that can only be a WorkflowTaskStarted event.</summary>
    public bool IsAheadOfStore => Events.Count > StoredEvents;

    /// <summary>Gets the id of the first run of the chain (continue-as-new, retry, cron).</summary>
    public string FirstRunId => Started.FirstExecutionRunId;

    /// <summary>Rebuilds the state from the persisted record and history.</summary>
    public static MutableState Load(RunRecord record, IReadOnlyList<HistoryBatch> history)
    {
        var facts = JsonSerializer.Deserialize(record.Facts, RunFactsJson.Default.RunFacts)
            ?? throw new StoreException($"Run {record.RunId} has no facts.");
        var state = new MutableState(new(record.Namespace, record.WorkflowId, record.RunId)) { Facts = facts };
        foreach (var batch in history)
        {
            foreach (var historyEvent in Temporalio.Api.History.V1.History.Parser.ParseFrom(batch.Events).Events)
            {
                state.Append(historyEvent);
            }
        }

        state.StoredEvents = state.Events.Count;
        state.IsStoredLive = record.IsLive;
        foreach (var bytes in facts.BufferedEvents ?? [])
        {
            state.Buffer(HistoryEvent.Parser.ParseFrom(bytes));
        }

        foreach (var update in (facts.AdmittedUpdates ?? []).Select(Temporalio.Api.Update.V1.Request.Parser.ParseFrom))
        {
            state.AdmittedUpdates[update.Meta.UpdateId] = update;
        }

        foreach (var (scheduledEventId, attempt) in facts.Activities ?? [])
        {
            if (state.Activities.TryGetValue(scheduledEventId, out var activity))
            {
                activity.Current = attempt;
            }
        }

        return state;
    }

    /// <summary>Returns the record to persist. It does not include a speculative workflow task, which is never persisted.</summary>
    public RunRecord ToRecord()
    {
        Facts.BufferedEvents = Buffered.Count == 0 ? null : [.. Buffered.Select(buffered => buffered.ToByteArray())];
        Facts.AdmittedUpdates = AdmittedUpdates.Count == 0 ? null : [.. AdmittedUpdates.Values.Select(update => update.ToByteArray())];
        Facts.Activities = Activities.Count == 0
            ? null
            : Activities.Values.Where(activity => !activity.Current.IsPristine).ToDictionary(activity => activity.ScheduledEventId, activity => activity.Current);
        var task = WorkflowTask;
        try
        {
            WorkflowTask = task is { Kind: WorkflowTaskKind.Speculative } ? null : task;
            return new RunRecord(Key.Namespace, Key.WorkflowId, Key.RunId, IsLive, JsonSerializer.SerializeToUtf8Bytes(Facts, RunFactsJson.Default.RunFacts));
        }
        finally
        {
            WorkflowTask = task;
        }
    }

    /// <summary>Marks the state as persisted.</summary>
    public void NoteStored()
    {
        StoredEvents = Events.Count;
        IsStoredLive = IsLive;
    }

    /// <summary>Appends an event with its id to the history, and applies it.</summary>
    public void Append(HistoryEvent historyEvent)
    {
        Events.Add(historyEvent);
        HistorySizeBytes += historyEvent.CalculateSize();
        Apply(historyEvent);
    }

    /// <summary>Buffers an event, and applies it before it has an event id.</summary>
    public void Buffer(HistoryEvent historyEvent)
    {
        BufferedBytes = (Buffered.Count == 0 ? 0 : BufferedBytes) + historyEvent.CalculateSize();
        Buffered.Add(historyEvent);
        Apply(historyEvent);
    }

    /// <summary>Appends a buffered event, which was applied when it was buffered, to the history.</summary>
    public void AppendBuffered(HistoryEvent historyEvent)
    {
        Events.Add(historyEvent);
        HistorySizeBytes += historyEvent.CalculateSize();
        if (historyEvent.ChildWorkflowExecutionStartedEventAttributes is { } started && Children.TryGetValue(started.InitiatedEventId, out var child))
        {
            child.StartedEventId = historyEvent.EventId;
        }
    }
}
