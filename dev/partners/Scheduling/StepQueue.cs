using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scheduling;

/// <summary>
/// The teams' scheduled steps. Each runs after its delay on the teams' clock, or waits until it is run by hand (<see cref="StepDelay.Manual"/>, or a
/// scenario rule). The removal of a step and its effects are one state transaction, so that a step runs at most once. After a restart, pending steps keep
/// their due times.
/// </summary>
public sealed class StepQueue : IDisposable
{
    private readonly SortedDictionary<long, Entry> entries = [];
    private readonly Dictionary<Team, Action<ScheduledAction>> handlers = [];
    private readonly PartnersOptions options;
    private readonly TeamsState state;
    private readonly OutstandingWork outstanding;
    private readonly Ids ids;
    private readonly ILogger logger;
    private readonly Random random;
    private long last;
    private bool disposed;

    internal StepQueue(PartnersOptions options, TeamsState state, OutstandingWork outstanding, Ids ids, ILogger logger)
    {
        this.options = options;
        this.state = state;
        this.outstanding = outstanding;
        this.ids = ids;
        this.logger = logger;
        random = new Random(options.RandomSeed);
    }

    /// <summary>The pending steps, oldest first; of one order if <paramref name="subject"/> is given.</summary>
    public IReadOnlyList<PendingStep> Pending(string? subject = null)
    {
        using (state.Enter())
        {
            return [.. entries.Values.Select(e => e.Step).Where(s => subject is null || s.Subject == subject)];
        }
    }

    /// <summary>Runs the oldest pending step (of one order) now.</summary>
    /// <returns>The step that ran, or null if there was none.</returns>
    public PendingStep? RunNext(string? subject = null)
    {
        var entry = Find(step => subject is null || step.Subject == subject);
        return entry is not null && Run(entry) ? entry.Step : null;
    }

    /// <summary>Runs the pending steps (of one order), including steps that they schedule, until none is left.</summary>
    /// <returns>The number of steps that ran.</returns>
    public int RunAll(string? subject = null)
    {
        var ran = 0;
        while (RunNext(subject) is not null)
        {
            ran++;
        }

        return ran;
    }

    /// <summary>Runs one step by its id; false if it has run before or is unknown.</summary>
    public bool Run(string stepId) => Find(step => step.StepId == stepId) is { } entry && Run(entry);

    /// <summary>Stops running steps. Pending steps remain in the state file, if there is one.</summary>
    public void Dispose()
    {
        using (state.Enter())
        {
            disposed = true;
            foreach (var entry in entries.Values)
            {
                entry.Timer?.Dispose();
            }

            entries.Clear();
        }
    }

    /// <summary>Registers the handler of a team's actions. It runs inside a state transaction.</summary>
    internal void Handle(Team team, Action<ScheduledAction> handler) => handlers.Add(team, handler);

    /// <summary>Resumes the pending steps of an earlier server. All handlers must be registered before.</summary>
    internal void Resume()
    {
        using (state.Enter())
        {
            foreach (var planned in state.Load<PlannedStep>(Kinds.Step))
            {
                Schedule(planned);
            }
        }
    }

    /// <summary>Schedules a step. It runs on another thread, after the caller's state transaction.</summary>
    /// <param name="pause">Overrides the usual delay.</param>
    /// <param name="byHand">The step waits until it is run by hand, independent of the delay.</param>
    internal void Plan(Team team, string subject, ScheduledAction action, TimeSpan? pause = null, bool byHand = false)
    {
        using (state.Enter())
        {
            var isManual = byHand || options.StepDelay.ByHand;
            var wait = pause ?? options.StepDelay.Pause(random);
            var due = isManual ? (DateTimeOffset?)null : options.TimeProvider.GetUtcNow() + wait;
            var planned = new PlannedStep(new PendingStep(ids.Next("step"), team, subject, action.Name(), due), action);
            state.Keep(Kinds.Step, planned.Step.StepId, planned);
            if (!disposed)
            {
                Schedule(planned);
            }
        }
    }

    private void Schedule(PlannedStep planned)
    {
        var number = ++last;
        var entry = new Entry(number, planned);
        entries.Add(number, entry);
        if (planned.Step.DueAt is { } due)
        {
            outstanding.Begin();
            Start(entry, due - options.TimeProvider.GetUtcNow());
        }
    }

    private void Start(Entry entry, TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Queue.Run(state.Entry), (Queue: this, Entry: entry), preferLocal: false);
            return;
        }

        entry.Timer = options.TimeProvider.CreateTimer(_ => Run(entry), null, wait, Timeout.InfiniteTimeSpan);
    }

    private Entry? Find(Func<PendingStep, bool> predicate)
    {
        using (state.Enter())
        {
            return entries.Values.FirstOrDefault(entry => predicate(entry.Step));
        }
    }

    private bool Run(Entry entry)
    {
        var (step, action) = (entry.Step, entry.Action);
        try
        {
            using (state.Enter())
            {
                if (!entries.Remove(entry.Number))
                {
                    return false;
                }

                entry.Timer?.Dispose();
                state.Drop(Kinds.Step, step.StepId);
                handlers[step.Team](action);
            }
        }
#pragma warning disable CA1031 // A step runs on a timer thread, where an unhandled exception would end the process. It is a programming error and is logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "step {Step} of {Team} for {Subject} failed", step.Name, step.Team, step.Subject);
        }

        if (step.DueAt is not null)
        {
            outstanding.End();
        }

        return true;
    }

    /// <summary>A step as it is stored in the state file.</summary>
    internal sealed record PlannedStep(PendingStep Step, ScheduledAction Action);

    private sealed class Entry(long number, PlannedStep planned)
    {
        public long Number => number;

        public PendingStep Step => planned.Step;

        public ScheduledAction Action => planned.Action;

        public ITimer? Timer { get; set; }
    }
}
