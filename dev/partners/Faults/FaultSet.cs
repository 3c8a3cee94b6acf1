using System.IO.Enumeration;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Faults;

/// <summary>The faults that are switched on. Dice are seeded, so the same calls in the same order meet the same faults.</summary>
public sealed class FaultSet
{
    /// <summary>A re-ordered event waits so long for one to overtake it; then it goes alone.</summary>
    internal static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);

    private readonly TeamsState state;
    private readonly int defaultSeed;
    private List<Entry> entries = [];
    private Dice dice;
    private bool changed;

    internal FaultSet(TeamsState state, int seed)
    {
        this.state = state;
        defaultSeed = seed;
        dice = new Dice(seed);
        foreach (var record in state.Load<FaultRecord>(Kinds.Faults))
        {
            entries = [.. record.Rules.Select(known => new Entry(known.Rule) { Applied = known.Applied })];
            dice = new Dice(record.Seed, record.Thrown);
        }
    }

    /// <summary>The rules switched on, in the order they are tried, and how often each has struck.</summary>
    public IReadOnlyList<AppliedFault> Current
    {
        get
        {
            using (state.Enter())
            {
                return [.. entries.Select(e => new AppliedFault(e.Rule, e.Applied))];
            }
        }
    }

    /// <summary>Replaces all rules and starts the dice anew.</summary>
    /// <exception cref="RefusalException">A rule makes no sense (400).</exception>
    public void Set(IEnumerable<FaultRule> rules, int? seed = null)
    {
        var checkedRules = rules.Select(Check).Select(rule => new Entry(rule)).ToList();
        using (state.Enter())
        {
            entries = checkedRules;
            dice = new Dice(seed ?? defaultSeed);
            Keep();
        }
    }

    /// <summary>Replaces all rules.</summary>
    public void Set(params FaultRule[] rules) => Set(rules, null);

    /// <summary>Switches everything off.</summary>
    public void Clear() => Set([], null);

    internal CallFault ForCall(Team team, string method, string path)
    {
        using (state.Enter())
        {
            var fault = new CallFault();
            foreach (var entry in entries)
            {
                var rule = entry.Rule;
                if (rule.Webhooks is null && rule.EventType is null && IsFor(rule, team)
                    && (rule.Method is null || string.Equals(rule.Method, method, StringComparison.OrdinalIgnoreCase))
                    && (rule.Path is null || Matches(rule.Path, path)) && Strikes(entry))
                {
                    fault = fault.With(rule, dice);
                }
            }

            KeepStrikes();
            return fault;
        }
    }

    internal WebhookDisturbance ForWebhook(Team team, string type)
    {
        using (state.Enter())
        {
            var disturbance = new WebhookDisturbance();
            foreach (var entry in entries)
            {
                if (entry.Rule.Webhooks is { } fault && IsFor(entry.Rule, team)
                    && (entry.Rule.EventType is null || Matches(entry.Rule.EventType, type)) && Strikes(entry))
                {
                    disturbance = disturbance.With(fault);
                }
            }

            KeepStrikes();
            return disturbance;
        }
    }

    private static bool IsFor(FaultRule rule, Team team) => rule.Team is null || rule.Team == team;

    private static bool Matches(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text);

    private static FaultRule Check(FaultRule rule) => rule switch
    {
        { Probability: < 0 or > 1 } => throw RefusalException.Invalid("probability is 0 to 1"),
        { Count: < 0 } => throw RefusalException.Invalid("count is 0 or more"),
        { LatencyMs: < 0 } or { JitterMs: < 0 } or { RetryAfterSeconds: < 0 } => throw RefusalException.Invalid("a time is 0 or more"),
        { Status: < 400 or > 599 } => throw RefusalException.Invalid("status is 400 to 599"),
        { Webhooks: { Repetitions: < 0 } or { DelayMs: < 0 } or { DropTries: < 0 } } => throw RefusalException.Invalid("a webhook fault is 0 or more"),
        _ => rule,
    };

    private void KeepStrikes()
    {
        if (changed)
        {
            Keep();
        }
    }

    private void Keep()
    {
        changed = false;
        state.Keep(Kinds.Faults, "all", new FaultRecord(dice.Seed, dice.Thrown, Current));
    }

    private bool Strikes(Entry entry)
    {
        if (entry.Applied >= entry.Rule.Count)
        {
            return false;
        }

        changed = true; // The dice are thrown, or the rule strikes.
        if (entry.Rule.Probability < 1 && dice.Next() >= entry.Rule.Probability)
        {
            return false;
        }

        entry.Applied++;
        return true;
    }

    /// <summary>The rules as the state file has them.</summary>
    private sealed record FaultRecord(int Seed, long Thrown, IReadOnlyList<AppliedFault> Rules);

    private sealed class Entry(FaultRule rule)
    {
        public FaultRule Rule => rule;

        public int Applied { get; set; }
    }
}
