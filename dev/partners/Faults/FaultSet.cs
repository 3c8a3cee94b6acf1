using System.IO.Enumeration;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>The faults that are switched on. Dice are seeded, so the same calls in the same order get the same faults.</summary>
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

    /// <summary>Adds rules behind those that are switched on; the dice go on.</summary>
    /// <exception cref="RefusalException">A rule makes no sense (400); none was added.</exception>
    public void Add(params IReadOnlyList<FaultRule> rules)
    {
        var checkedRules = rules.Select(Check).Select(rule => new Entry(rule)).ToList();
        using (state.Enter())
        {
            entries = [.. entries, .. checkedRules];
            Keep();
        }
    }

    /// <summary>Lifts the rules of one name; the others stay.</summary>
    /// <returns>False where there is none.</returns>
    public bool Lift(string name)
    {
        using (state.Enter())
        {
            var rest = entries.Where(e => e.Rule.Name != name).ToList();
            var isFound = rest.Count < entries.Count;
            entries = rest;
            Keep();
            return isFound;
        }
    }

    /// <summary>Replaces all rules.</summary>
    public void Set(params FaultRule[] rules) => Set(rules, null);

    /// <summary>Switches everything off.</summary>
    public void Clear() => Set([], null);

    /// <summary>Whether any rule asks whom a call is about, so that its body must be read.</summary>
    internal bool AsksForSubjects
    {
        get
        {
            using (state.Enter())
            {
                return entries.Exists(entry => entry.Rule is { Subject: not null, Webhooks: null });
            }
        }
    }

    internal CallFault ForCall(CallFacts call)
    {
        using (state.Enter())
        {
            var fault = new CallFault();
            foreach (var entry in entries.Where(e => IsForCall(e.Rule, call)))
            {
                if (Strikes(entry))
                {
                    fault = fault.With(entry.Rule, dice);
                }
            }

            KeepStrikes();
            return fault;
        }
    }

    internal WebhookDisturbance ForWebhook(Team team, string type, string subject)
    {
        using (state.Enter())
        {
            var disturbance = new WebhookDisturbance();
            foreach (var entry in entries)
            {
                if (entry.Rule.Webhooks is { } fault && IsFor(entry.Rule, team)
                    && (entry.Rule.EventType is null || Matches(entry.Rule.EventType, type))
                    && (entry.Rule.Subject is null || entry.Rule.Subject == subject) && Strikes(entry))
                {
                    disturbance = disturbance.With(fault);
                }
            }

            KeepStrikes();
            return disturbance;
        }
    }

    private static bool IsForCall(FaultRule rule, CallFacts call) =>
        rule.Webhooks is null && rule.EventType is null && IsFor(rule, call.Team)
        && (rule.Method is null || string.Equals(rule.Method, call.Method, StringComparison.OrdinalIgnoreCase))
        && (rule.Path is null || Matches(rule.Path, call.Path))
        && (rule.Subject is null || call.IsAbout(rule.Subject));

    private static bool IsFor(FaultRule rule, Team team) => rule.Team is null || rule.Team == team;

    private static bool Matches(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text);

    private static FaultRule Check(FaultRule rule)
    {
        rule.Answer?.Check();
        rule.Webhooks?.Data?.Check();
        return rule switch
        {
            { Probability: < 0 or > 1 } => throw RefusalException.Invalid("probability is 0 to 1"),
            { Count: < 0 } => throw RefusalException.Invalid("count is 0 or more"),
            { LatencyMs: < 0 } or { JitterMs: < 0 } or { RetryAfterSeconds: < 0 } => throw RefusalException.Invalid("a time is 0 or more"),
            { Status: < 400 or > 599, Answer: null } => throw RefusalException.Invalid("status is 400 to 599, with an answer 200 to 599"),
            { Status: < 200 or > 599 } => throw RefusalException.Invalid("status is 200 to 599"),
            { Webhooks: { Repetitions: < 0 } or { DelayMs: < 0 } or { DropTries: < 0 } } => throw RefusalException.Invalid("a webhook fault is 0 or more"),
            { Webhooks.Data.Raw: not null } => throw RefusalException.Invalid("an event is JSON: raw is for answers only"),
            { Webhooks: not null, Answer: not null } => throw RefusalException.Invalid("a rule is about calls (answer) or about events (webhooks)"),
            _ => rule,
        };
    }

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
