using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Persistence;
using EmbeddedTemporal.Time;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace EmbeddedTemporal.History;

/// <summary>
/// One step of a run: reads and changes its state and collects what must happen once the change is on disk. Nothing leaves the run before.
/// A transaction that throws leaves no trace.
/// </summary>
internal sealed partial class RunTransaction(WorkflowRun run, MutableState state, DateTime now)
{
    /// <summary>Real servers number tasks across a shard; per run is enough to be increasing.</summary>
    private const long FirstTaskId = 1048576;

    public WorkflowRun Run { get; } = run;

    public MutableState State { get; } = state;

    public DateTime Now { get; } = now;

    /// <summary>Gets a value indicating whether there is something to write.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Gets a value indicating whether what visibility tells of the run changed.</summary>
    public bool VisibilityChanged { get; private set; }

    /// <summary>Gets or sets a value indicating whether this run becomes the newest of its workflow id.</summary>
    public bool MakesCurrent { get; set; }

    /// <summary>Gets the runs that come into being with this commit (continue-as-new, retry, cron).</summary>
    public List<RunTransaction> Successors { get; } = [];

    public List<Action> AfterCommit { get; } = [];

    /// <summary>Gets the updates and queries that this transaction answers: a task that starts in it does not carry them again.</summary>
    public HashSet<string> Answered { get; } = [];

    public List<PendingActivity> ActivitiesToDispatch { get; } = [];

    public bool DispatchesWorkflowTask { get; private set; }

    /// <summary>Marks that facts outside history changed.</summary>
    public void MarkDirty() => IsDirty = true;

    /// <summary>
    /// Adds an event. While a worker holds a workflow task, what happens outside of it waits in the buffer: the worker's commands come first.
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
                GiveUpWorkflowTask();
            }

            return historyEvent;
        }

        if (State.WorkflowTask is { Kind: WorkflowTaskKind.Speculative, IsStarted: false })
        {
            WriteSpeculativeScheduled();
        }

        return Append(historyEvent);
    }

    /// <summary>Gives the buffered events their place in history.</summary>
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

    /// <summary>Adds this run's part, and that of its successors, to the commit.</summary>
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

                // What lists tell of an open run, its state tells after a restart.
                Listing = VisibilityChanged && !State.IsRunning ? ExecutionDescription.InfoOf(State).ToByteArray() : null,
            });
        }

        Successors.ForEach(successor => successor.AddTo(commit));
    }

    /// <summary>The commit is on disk.</summary>
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
