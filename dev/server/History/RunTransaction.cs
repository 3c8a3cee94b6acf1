using EmbeddedTemporal.History.Events;
using EmbeddedTemporal.History.Limits;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// One transaction of a run: it reads and changes the mutable state and collects the actions to execute after the commit. Nothing is dispatched or returned
/// before the commit. A transaction that throws is rolled back.
/// </summary>
internal sealed partial class RunTransaction(WorkflowRun run, MutableState state, DateTime now)
{
    /// <summary>The real server's task ids increase per shard; here they increase per run.</summary>
    private const long FirstTaskId = 1048576;

    public WorkflowRun Run { get; } = run;

    public MutableState State { get; } = state;

    public DateTime Now { get; } = now;

    /// <summary>Gets a value indicating whether there are changes to persist.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Gets a value indicating whether the run's visibility record changed.</summary>
    public bool VisibilityChanged { get; private set; }

    /// <summary>Gets or sets a value indicating whether this run becomes the current run of its workflow id.</summary>
    public bool MakesCurrent { get; set; }

    /// <summary>Gets the runs that are created in the same commit (continue-as-new, retry, cron, reset, terminate-existing).</summary>
    public List<RunTransaction> Successors { get; } = [];

    public List<Action> AfterCommit { get; } = [];

    /// <summary>Gets the ids of updates and queries that this transaction answers; a task that starts in it does not include them again.</summary>
    public HashSet<string> Answered { get; } = [];

    public List<PendingActivity> ActivitiesToDispatch { get; } = [];

    public bool DispatchesWorkflowTask { get; private set; }

    /// <summary>Marks that state outside of history changed.</summary>
    public void MarkDirty() => IsDirty = true;

    /// <summary>
    /// Adds an event. While a workflow task is started, external events are buffered, because the events of its commands precede them in history.
    /// </summary>
    public HistoryEvent AddEvent(EventType type, Action<HistoryEvent> fill)
    {
        var historyEvent = new HistoryEvent { EventTime = Now.ToProto(), EventType = type };
        fill(historyEvent);
        if (State.WorkflowTask is { IsStarted: true } && EventBuffer.MayBuffer(type))
        {
            IsDirty = true;
            State.Buffer(historyEvent);
            if (HistoryLimits.IsBufferFull(State, Run.Limits))
            {
                ForceFailWorkflowTask();
            }

            return historyEvent;
        }

        if (State.WorkflowTask is { Kind: WorkflowTaskKind.Speculative, IsStarted: false })
        {
            WriteSpeculativeScheduled();
        }

        return Append(historyEvent);
    }

    /// <summary>Appends the buffered events to history.</summary>
    public void FlushBuffer()
    {
        if (!State.HasBufferedEvents)
        {
            return;
        }

        var buffered = EventBuffer.Reorder(State.Buffered);
        State.Buffered.Clear();
        var startedIds = new Dictionary<long, long>();
        foreach (var historyEvent in buffered)
        {
            Number(historyEvent);
            EventBuffer.WireStartedId(historyEvent, startedIds, State);
            State.AppendBuffered(historyEvent);
        }

        IsDirty = true;
    }

    /// <summary>Adds the writes of this run and of its successors to the commit.</summary>
    public void AddTo(StoreCommit commit)
    {
        if (IsDirty)
        {
            HistoryBatch? batch = null;
            if (State.IsAheadOfStore)
            {
                var history = new Temporalio.Api.History.V1.History();
                history.Events.AddRange(State.Events.Skip(State.StoredEvents));
                batch = new HistoryBatch(State.StoredEvents + 1, history.ToByteArray());
            }

            commit.Runs.Add(new RunWrite(State.ToRecord(), batch)
            {
                MakeCurrent = MakesCurrent,
                ChangesLiveness = State.IsLive != State.IsStoredLive,

                // The visibility record of a running workflow is rebuilt from its mutable state after a restart.
                Listing = VisibilityChanged && !State.IsRunning ? ExecutionDescription.InfoOf(State).ToByteArray() : null,
            });
        }

        Successors.ForEach(successor => successor.AddTo(commit));
    }

    /// <summary>Called after the commit: marks the state as persisted.</summary>
    public void NoteStored()
    {
        if (IsDirty)
        {
            State.NoteStored();
        }

        Successors.ForEach(successor => successor.NoteStored());
    }

    private HistoryEvent Append(HistoryEvent historyEvent)
    {
        IsDirty = true;
        VisibilityChanged |= EventBuffer.ChangesVisibility(historyEvent.EventType);
        Number(historyEvent);
        State.Append(historyEvent);
        return historyEvent;
    }

    private void Number(HistoryEvent historyEvent)
    {
        historyEvent.EventId = State.NextEventId;
        historyEvent.TaskId = FirstTaskId + historyEvent.EventId;
    }
}
