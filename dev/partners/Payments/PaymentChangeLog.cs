namespace OrderOrchestration.Partners.Payments;

/// <summary>
/// All changes of all payments in chronological order. Pages of <c>GET /payments?from&amp;to</c> are read from it: a payment is listed at the position of
/// its first change within the window. That position does not move, so a payment that changes during paging is listed exactly once.
/// Not thread-safe: call it inside a state transaction.
/// </summary>
internal sealed class PaymentChangeLog
{
    private readonly List<Entry> entries = [];

    /// <summary>Records a change of a payment now. Times are monotonic, also if the clock is set back.</summary>
    public void Add(Payment payment, DateTimeOffset now)
    {
        var at = entries.Count > 0 && entries[^1].Change.At > now ? entries[^1].Change.At : now;
        var change = new PaymentChange(entries.Count == 0 ? 1 : entries[^1].Change.Number + 1, at);
        entries.Add(new Entry(change, payment.Changes.Count == 0 ? null : payment.UpdatedAt, payment));
        payment.Note(change);
    }

    /// <summary>Loads the changes of stored payments.</summary>
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

    /// <summary>
    /// At most <paramref name="limit"/> payments that changed in [from, to) and whose first change there comes after change number <paramref name="after"/>.
    /// </summary>
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

    /// <summary>Binary search for the first entry that satisfies the condition. All later entries satisfy it, because times and numbers are ascending.</summary>
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
    /// <param name="PreviousAt">Time of the previous change of the same payment.</param>
    private sealed record Entry(PaymentChange Change, DateTimeOffset? PreviousAt, Payment Payment);
}
