using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Pricing;

/// <summary>
/// Splits won among parts so that the parts add up exactly: largest remainder for parts of an order (hotspot 14), running shares for units of a line.
/// </summary>
public static class Shares
{
    /// <summary>
    /// Splits <paramref name="total"/> in proportion to <paramref name="weights"/>. Each share is the exact one rounded down, or one won more
    /// for the largest remainders (the earlier part wins a tie). The shares add up to the total; where every weight is zero the first part takes all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight or the total is negative, or there is no part.</exception>
    public static IReadOnlyList<Won> ByLargestRemainder(Won total, IReadOnlyList<Won> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total.Amount, nameof(total));
        ArgumentOutOfRangeException.ThrowIfZero(weights.Count, nameof(weights));
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight.Amount, nameof(weights));
        }

        Int128 sum = 0;
        foreach (var weight in weights)
        {
            sum += weight.Amount;
        }

        var shares = new long[weights.Count];
        if (sum == 0)
        {
            shares[0] = total.Amount;
            return [.. shares.Select(share => new Won(share))];
        }

        var remainders = new Int128[weights.Count];
        var given = 0L;
        for (var i = 0; i < shares.Length; i++)
        {
            var exact = (Int128)total.Amount * weights[i].Amount;
            shares[i] = (long)(exact / sum);
            remainders[i] = exact % sum;
            given += shares[i];
        }

        foreach (var part in Enumerable.Range(0, shares.Length).OrderByDescending(i => remainders[i]).Take((int)(total.Amount - given)))
        {
            shares[part]++;
        }

        return [.. shares.Select(share => new Won(share))];
    }

    /// <summary>
    /// The part of <paramref name="total"/> that belongs to <paramref name="units"/> of <paramref name="of"/> units, when
    /// <paramref name="before"/> of them have been assigned already. All units together, in any steps, add up to exactly the total.
    /// </summary>
    public static Won OfUnits(Won total, int before, int units, int of)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(units);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before + units, of);
        return UpTo(before + units) - UpTo(before);

        Won UpTo(int count) => new((long)((Int128)total.Amount * count / of));
    }
}
