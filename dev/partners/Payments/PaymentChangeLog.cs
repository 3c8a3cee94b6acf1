namespace OrderOrchestration.Partners.Payments;

/// <summary>
/// All changes of all payments in the order in which they happened. A page of <c>GET /payments?from&amp;to</c> is read from it: a payment stands
/// where its first change within the window stands. That place never moves, so a payment that changes while somebody turns the pages is
/// neither listed twice nor missed. Not thread-safe: the turn of the state guards it.
/// </summary>
internal sealed class PaymentChangeLog
{
    private readonly List<Entry> entries = [];

    /// <summary>Notes a change of a payment now. Times never run backwards here, whatever the clock does.</summary>
    public void Add(Payment payment, DateTimeOffset now)
    {
        var at = entries.Count > 0 && entries[^1].Change.At > now ? entries[^1].Change.At : now;
        var change = new PaymentChange(entries.Count == 0 ? 1 : entries[^1].Change.Number + 1, at);
        entries.Add(new Entry(change, payment.Changes.Count == 0 ? null : payment.UpdatedAt, payment));
        payment.Note(change);
    }

    /// <summary>Takes in the payments of a state file.</summary>
    public void Load(IEnumerable<Payment> payments)
    {
        foreach (var payment in payments)
        {
            DateTimeOffset? previous = null;
            foreach (var change in payment.Changes)
            {
                entries.Add(new Entry(change, previous, payment));
                previous = change.At;
            }
        }

        entries.Sort((a, b) => a.Change.Number.CompareTo(b.Change.Number));
    }

    /// <summary>Payments changed in [from, to) whose first change there comes after change number <paramref name="after"/>, at most so many.</summary>
    /// <returns>The payments with the number of that change.</returns>
    public IReadOnlyList<(long Number, Payment Payment)> Page(DateTimeOffset from, DateTimeOffset to, long after, int limit)
    {
        var page = new List<(long, Payment)>();
        for (var index = First(e => e.Change.At >= from && e.Change.Number > after); index < entries.Count && page.Count < limit; index++)
        {
            var entry = entries[index];
            if (entry.Change.At >= to)
            {
                break;
            }

            if (entry.PreviousAt is null || entry.PreviousAt < from)
            {
                page.Add((entry.Change.Number, entry.Payment));
            }
        }

        return page;
    }

    /// <summary>The first entry for which the condition holds; it holds for all behind it (times and numbers both rise).</summary>
    private int First(Func<Entry, bool> holds)
    {
        var (low, high) = (0, entries.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (holds(entries[middle]))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    /// <param name="Change">The change.</param>
    /// <param name="PreviousAt">When the same payment had changed before.</param>
    private sealed record Entry(PaymentChange Change, DateTimeOffset? PreviousAt, Payment Payment);
}
