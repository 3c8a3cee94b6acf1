using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Scenarios;

/// <summary>Rules of one kind, newest first. A rule with a count is skipped once it was used that often.</summary>
internal sealed class RuleList<T>
    where T : class
{
    private readonly List<Entry> entries;
    private readonly TeamsState state;
    private readonly string name;
    private readonly Func<T, int?> countOf;

    /// <param name="name">The list's name in the state file.</param>
    public RuleList(TeamsState state, string name, Func<T, int?> countOf)
    {
        this.state = state;
        this.name = name;
        this.countOf = countOf;
        entries = [.. state.Load<List<Entry>>($"{name}-{Kinds.Rules}").SelectMany(list => list)];
    }

    public IReadOnlyList<T> All
    {
        get
        {
            using (state.Enter())
            {
                return [.. entries.Select(e => e.Rule)];
            }
        }
    }

    public void Add(T rule)
    {
        using (state.Enter())
        {
            entries.Insert(0, new Entry(rule, countOf(rule)));
            Keep();
        }
    }

    public void Clear()
    {
        using (state.Enter())
        {
            entries.Clear();
            Keep();
        }
    }

    public T? Use(Func<T, bool> applies)
    {
        using (state.Enter())
        {
            var index = entries.FindIndex(e => e.Left is null or > 0 && applies(e.Rule));
            if (index < 0)
            {
                return null;
            }

            var entry = entries[index];
            if (entry.Left is { } left)
            {
                entries[index] = entry with { Left = left - 1 };
                Keep();
            }

            return entry.Rule;
        }
    }

    private void Keep() => state.Keep($"{name}-{Kinds.Rules}", "all", entries);

    internal sealed record Entry(T Rule, int? Left);
}
