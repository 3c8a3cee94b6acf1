using System.IO.Enumeration;
using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Faults;

/// <summary>The faults that are switched on. Dice are seeded, so the same calls in the same order meet the same faults.</summary>
public sealed class FaultSet
{
    /// <summary>A re-ordered event waits so long for one to overtake it; then it goes alone.</summary>
    internal static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly int defaultSeed;
    private List<Entry> entries = [];
    private Random dice;

    internal FaultSet(int seed)
    {
        defaultSeed = seed;
        dice = new Random(seed);
    }

    /// <summary>The rules switched on, in the order they are tried, and how often each has struck.</summary>
    public IReadOnlyList<AppliedFault> Current
    {
        get
        {
            lock (gate)
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
        lock (gate)
        {
            entries = checkedRules;
            dice = new Random(seed ?? defaultSeed);
        }
    }

    /// <summary>Replaces all rules.</summary>
    public void Set(params FaultRule[] rules) => Set(rules, null);

    /// <summary>Switches everything off.</summary>
    public void Clear() => Set([], null);

    internal CallFault ForCall(Team team, string method, string path)
    {
        lock (gate)
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

            return fault;
        }
    }

    internal WebhookDisturbance ForWebhook(Team team, string type)
    {
        lock (gate)
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

    private bool Strikes(Entry entry)
    {
        if (entry.Applied >= entry.Rule.Count || (entry.Rule.Probability < 1 && dice.NextDouble() >= entry.Rule.Probability))
        {
            return false;
        }

        entry.Applied++;
        return true;
    }

    private sealed class Entry(FaultRule rule)
    {
        public FaultRule Rule => rule;

        public int Applied { get; set; }
    }
}
