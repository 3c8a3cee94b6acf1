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
/// A run as it stands: the fold of its history (<see cref="Apply"/>, in the other part of this type) plus <see cref="Facts"/>.
/// Only the run's own transactions change it.
/// </summary>
internal sealed partial class MutableState(RunKey key)
{
    public RunKey Key { get; } = key;

    public List<HistoryEvent> Events { get; } = [];

    /// <summary>Gets the events that wait for a running workflow task to end; they are applied but have no id yet.</summary>
    public List<HistoryEvent> Buffered { get; } = [];

    /// <summary>Gets how large the buffered events are, while there are any.</summary>
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

    /// <summary>Gets when the first event was written; earlier than <see cref="StartTime"/> after a reset.</summary>
    public DateTime FirstStartTime { get; private set; }

    public DateTime? CloseTime { get; private set; }

    /// <summary>Gets the started event of the last completed workflow task, zero before the first.</summary>
    public long LastCompletedWorkflowTaskStartedEventId { get; private set; }

    public bool CancelRequested { get; private set; }

    public string CancelRequestId { get; private set; } = "";

    public Memo Memo { get; } = new();

    public SearchAttributes SearchAttributes { get; } = new();

    public SortedList<long, PendingActivity> Activities { get; } = [];

    public Dictionary<string, UserTimer> Timers { get; } = [];

    public SortedList<long, PendingChild> Children { get; } = [];

    public SortedList<long, SignalExternalWorkflowExecutionInitiatedEventAttributes> ExternalSignals { get; } = [];

    public SortedList<long, RequestCancelExternalWorkflowExecutionInitiatedEventAttributes> ExternalCancels { get; } = [];

    public Dictionary<string, WorkflowUpdateState> Updates { get; } = [];

    /// <summary>
    /// Gets the updates that were admitted and are not accepted, in the order of admission. History knows only those that a reset carried over;
    /// the others are facts, for a real server's clients send them again after a failover, and this one's clients may be gone by then.
    /// </summary>
    public OrderedDictionary<string, Temporalio.Api.Update.V1.Request> AdmittedUpdates { get; } = [];

    /// <summary>Gets the ids of updates that came with an event of their own: the worker finds them there and gets no message.</summary>
    public HashSet<string> UpdatesAdmittedByEvent { get; } = [];

    public HashSet<string> SignalRequestIds { get; } = [];

    /// <summary>Gets the builds that have worked on it.</summary>
    public WorkflowBuilds Builds { get; } = new();

    /// <summary>Gets the number of signals that came in.</summary>
    public int SignalCount { get; private set; }

    /// <summary>Gets the id that the next event will have.</summary>
    public long NextEventId => Events.Count + 1;

    public bool IsRunning => Status is WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused;

    /// <summary>Gets a value indicating whether an operator has stopped it: no task of it goes out, whatever comes in.</summary>
    public bool IsPaused => Status == WorkflowExecutionStatus.Paused;

    /// <summary>Gets who paused it and why, null while it is not paused.</summary>
    public WorkflowExecutionPauseInfo? PauseInfo { get; private set; }

    public string PauseRequestId { get; private set; } = "";

    /// <summary>Gets or sets a value indicating whether the last task would have ended the run, had it known of what came in. Not kept on disk.</summary>
    public bool CloseAttempted { get; set; }

    public bool HasBufferedEvents => Buffered.Count > 0;

    public string TaskQueue => Started.TaskQueue.Name;

    public string WorkflowType => Started.WorkflowType.Name;

    public TimeSpan WorkflowTaskTimeout => Started.WorkflowTaskTimeout.Span();

    /// <summary>Gets a value indicating whether anybody still has to do something about this run.</summary>
    public bool IsLive => IsRunning || Facts.CloseTransfersPending;

    public HistoryEvent CloseEvent => Events[^1];

    public long HistorySizeBytes { get; private set; }

    /// <summary>Gets how many of the events the store has.</summary>
    public int StoredEvents { get; private set; }

    /// <summary>Gets a value indicating whether the store has it as a run with work to do.</summary>
    public bool IsStoredLive { get; private set; }

    /// <summary>Gets a value indicating whether the store lacks events; between two transactions that can only be the start of a workflow task.</summary>
    public bool IsAheadOfStore => Events.Count > StoredEvents;

    /// <summary>Gets the first run of the chain this run continues (continue-as-new, retry, cron).</summary>
    public string FirstRunId => Started.FirstExecutionRunId;

    /// <summary>Rebuilds a run from what the store has of it.</summary>
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

    /// <summary>Answers the run's row. A speculative workflow task is not part of it: it must leave no trace.</summary>
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

    /// <summary>The store has it as it stands.</summary>
    public void NoteStored()
    {
        StoredEvents = Events.Count;
        IsStoredLive = IsLive;
    }

    /// <summary>Adds an event that has its id to the history.</summary>
    public void Append(HistoryEvent historyEvent)
    {
        Events.Add(historyEvent);
        HistorySizeBytes += historyEvent.CalculateSize();
        Apply(historyEvent);
    }

    /// <summary>Takes an event in that has no place in history yet.</summary>
    public void Buffer(HistoryEvent historyEvent)
    {
        BufferedBytes = (Buffered.Count == 0 ? 0 : BufferedBytes) + historyEvent.CalculateSize();
        Buffered.Add(historyEvent);
        Apply(historyEvent);
    }

    /// <summary>Puts a buffered event, which was applied before, to its place in history.</summary>
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
