namespace OrderOrchestration.Partners.Scenarios;

/// <summary>Rules of one kind, newest first; a rule with a count is used up.</summary>
internal sealed class RuleList<T>(Func<T, int?> countOf)
    where T : class
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
            {
                return [.. entries.Select(e => e.Rule)];
            }
        }
    }

    public void Add(T rule)
    {
        lock (gate)
        {
            entries.Insert(0, new Entry(rule, countOf(rule)));
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
        }
    }

    public T? Use(Func<T, bool> applies)
    {
        lock (gate)
        {
            var entry = entries.Find(e => e.Left is null or > 0 && applies(e.Rule));
            if (entry is not null)
            {
                entry.Left--;
            }

            return entry?.Rule;
        }
    }

    private sealed class Entry(T rule, int? left)
    {
        public T Rule => rule;

        public int? Left { get; set; } = left;
    }
}
