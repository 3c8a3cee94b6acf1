namespace OrderOrchestration.Partners.Pacing;

/// <summary>
/// What the teams will do next: each step happens after its pause on the teams' clock, or waits for a hand (<see cref="Pace.Manual"/>, or a
/// scenario that holds one order). A step runs at most once.
/// </summary>
public sealed class StepQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, Entry> entries = [];
    private readonly PartnersOptions options;
    private readonly OutstandingWork outstanding;
    private readonly ILogger logger;
    private readonly Random dice;
    private long last;
    private bool disposed;

    internal StepQueue(PartnersOptions options, OutstandingWork outstanding, ILogger logger)
    {
        this.options = options;
        this.outstanding = outstanding;
        this.logger = logger;
        dice = new Random(options.RandomSeed);
    }

    /// <summary>The steps that have not happened yet, oldest first; of one order if <paramref name="subject"/> is given.</summary>
    public IReadOnlyList<PendingStep> Pending(string? subject = null)
    {
        lock (gate)
        {
            return [.. entries.Values.Select(e => e.Step).Where(s => subject is null || s.Subject == subject)];
        }
    }

    /// <summary>Runs the oldest pending step (of one order) now.</summary>
    /// <returns>The step that ran, or null when there was none.</returns>
    public PendingStep? RunNext(string? subject = null)
    {
        Entry? entry;
        lock (gate)
        {
            entry = entries.Values.FirstOrDefault(e => subject is null || e.Step.Subject == subject);
        }

        return entry is not null && Run(entry) ? entry.Step : null;
    }

    /// <summary>Runs steps of one order, and those that follow from them, until none is left.</summary>
    /// <returns>How many ran.</returns>
    public int RunAll(string? subject = null)
    {
        var ran = 0;
        while (RunNext(subject) is not null)
        {
            ran++;
        }

        return ran;
    }

    /// <summary>Runs one step by its id; false when it has run already or never was.</summary>
    public bool Run(string stepId)
    {
        Entry? entry;
        lock (gate)
        {
            entry = entries.Values.FirstOrDefault(e => e.Step.StepId == stepId);
        }

        return entry is not null && Run(entry);
    }

    /// <summary>Drops every pending step.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var entry in entries.Values)
            {
                entry.Timer?.Dispose();
            }

            entries.Clear();
        }
    }

    /// <summary>Plans a step. The deed runs on another thread, never inside the caller's lock.</summary>
    /// <param name="pause">Overrides the pace's pause.</param>
    /// <param name="byHand">The step waits for a hand whatever the pace.</param>
    internal void Plan(Team team, string subject, string name, Action deed, TimeSpan? pause = null, bool byHand = false)
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            var number = ++last;
            var waits = byHand || options.Pace.ByHand;
            var wait = pause ?? options.Pace.Pause(dice);
            var due = waits ? (DateTimeOffset?)null : options.TimeProvider.GetUtcNow() + wait;
            var step = new PendingStep($"step-{number}", team, subject, name, due);
            var entry = new Entry(number, step, deed);
            entries.Add(number, entry);
            if (!waits)
            {
                outstanding.Begin();
                Start(entry, wait);
            }
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

    private bool Run(Entry entry)
    {
        lock (gate)
        {
            if (!entries.Remove(entry.Number))
            {
                return false;
            }

            entry.Timer?.Dispose();
        }

        try
        {
            entry.Deed();
        }
#pragma warning disable CA1031 // A step runs on a timer's thread, where an exception would end the process: it is an error of this program, and logged as one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "step {Step} of {Team} for {Subject} failed", entry.Step.Name, entry.Step.Team, entry.Step.Subject);
        }
        finally
        {
            if (entry.Step.DueAt is not null)
            {
                outstanding.End();
            }
        }

        return true;
    }

    private sealed class Entry(long number, PendingStep step, Action deed)
    {
        public long Number => number;

        public PendingStep Step => step;

        public Action Deed => deed;

        public ITimer? Timer { get; set; }
    }
}
