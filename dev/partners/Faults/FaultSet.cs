using System.IO.Enumeration;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>The active rules of fault injection. Probabilities use a seeded random sequence, so that the same calls in the same order get the same faults.</summary>
public sealed class FaultSet
{
    /// <summary>How long a reordered event waits for a later event; after that it is sent in its original position.</summary>
    internal static readonly TimeSpan MaximumReorderDelay = TimeSpan.FromSeconds(2);

    private readonly TeamsState state;
    private readonly int defaultSeed;
    private List<Entry> entries = [];
    private SeededRandom random;
    private bool changed;

    internal FaultSet(TeamsState state, int seed)
    {
        this.state = state;
        defaultSeed = seed;
        random = new SeededRandom(seed);
        foreach (var record in state.Load<FaultRecord>(Kinds.Faults))
        {
            entries = [.. record.Rules.Select(known => new Entry(known.Rule) { Applied = known.Applied })];
            random = new SeededRandom(record.Seed, record.Thrown);
        }
    }

    /// <summary>The active rules in the order of evaluation, and how often each was applied.</summary>
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

    /// <summary>Replaces all rules and restarts the random sequence.</summary>
    /// <exception cref="RefusalException">A rule is invalid (400).</exception>
    public void Set(IEnumerable<FaultRule> rules, int? seed = null)
    {
        var checkedRules = rules.Select(Check).Select(rule => new Entry(rule)).ToList();
        using (state.Enter())
        {
            entries = checkedRules;
            random = new SeededRandom(seed ?? defaultSeed);
            Keep();
        }
    }

    /// <summary>Adds rules after the active ones; the random sequence continues.</summary>
    /// <exception cref="RefusalException">A rule is invalid (400); none was added.</exception>
    public void Add(params IReadOnlyList<FaultRule> rules)
    {
        var checkedRules = rules.Select(Check).Select(rule => new Entry(rule)).ToList();
        using (state.Enter())
        {
            entries = [.. entries, .. checkedRules];
            Keep();
        }
    }

    /// <summary>Removes the rules with this name.</summary>
    /// <returns>False if there is none.</returns>
    public bool Remove(string name)
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

    /// <summary>Removes all rules.</summary>
    public void Clear() => Set([], null);

    /// <summary>Whether a rule for calls has a subject, so that the body of calls must be read.</summary>
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
                if (TryApply(entry))
                {
                    fault = fault.With(entry.Rule, random);
                }
            }

            SaveIfChanged();
            return fault;
        }
    }

    internal CombinedWebhookFault ForWebhook(Team team, string type, string subject)
    {
        using (state.Enter())
        {
            var combined = new CombinedWebhookFault();
            foreach (var entry in entries)
            {
                if (entry.Rule.Webhooks is { } fault && IsFor(entry.Rule, team)
                    && (entry.Rule.EventType is null || Matches(entry.Rule.EventType, type))
                    && (entry.Rule.Subject is null || entry.Rule.Subject == subject) && TryApply(entry))
                {
                    combined = combined.With(fault);
                }
            }

            SaveIfChanged();
            return combined;
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

    private void SaveIfChanged()
    {
        if (changed)
        {
            Keep();
        }
    }

    private void Keep()
    {
        changed = false;
        state.Keep(Kinds.Faults, "all", new FaultRecord(random.Seed, random.Thrown, Current));
    }

    private bool TryApply(Entry entry)
    {
        if (entry.Applied >= entry.Rule.Count)
        {
            return false;
        }

        changed = true; // A random number is drawn, or the rule is applied.
        if (entry.Rule.Probability < 1 && random.Next() >= entry.Rule.Probability)
        {
            return false;
        }

        entry.Applied++;
        return true;
    }

    /// <summary>The rules as they are stored in the state file.</summary>
    private sealed record FaultRecord(int Seed, long Thrown, IReadOnlyList<AppliedFault> Rules);

    private sealed class Entry(FaultRule rule)
    {
        public FaultRule Rule => rule;

        public int Applied { get; set; }
    }
}
