namespace OrderOrchestration.Partners.Members;

/// <summary>One movement of points.</summary>
internal sealed record PointEntry(string OrderId, PointMove Move, long Points);

/// <summary>One recorded purchase.</summary>
internal sealed record Purchase(string OrderId, long Amount, DateTimeOffset At);

/// <summary>A member as stored in the state file, without its entries.</summary>
internal sealed record MemberRecord(MemberSeed Seed, int SeededYear, int SeededMonth, long Adjusted, string BaseTier, bool IsDeleted = false);

/// <summary>A member's points and purchases. The balance is the sum of the initial balance, the adjustments and the entries.</summary>
internal sealed class Member(MemberSeed seed, (int Year, int Month) seededIn)
{
    public const string Vip = "VIP";
    private const long VipFromMonthAmount = 500_000;
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);
    private readonly List<PointEntry> entries = [];
    private readonly List<Purchase> purchases = [];
    private readonly Dictionary<(string OrderId, PointMove Move), long> sums = [];

    public Member(MemberRecord record)
        : this(record.Seed, (record.SeededYear, record.SeededMonth))
    {
        Adjusted = record.Adjusted;
        Balance += record.Adjusted;
        BaseTier = record.BaseTier;
        IsDeleted = record.IsDeleted;
    }

    public MemberSeed Seed => seed;

    /// <summary>Points added (or, below zero, removed) by hand.</summary>
    public long Adjusted { get; set; }

    public string BaseTier { get; set; } = seed.Tier;

    /// <summary>Whether the member was deleted; the entries are retained in the books.</summary>
    public bool IsDeleted { get; set; }

    public long Balance { get; private set; } = seed.PointBalance;

    public IReadOnlyList<PointEntry> Entries => entries;

    public IReadOnlyList<Purchase> Purchases => purchases;

    public long Sum(string orderId, PointMove move) => sums.GetValueOrDefault((orderId, move));

    public void Adjust(long balance)
    {
        Adjusted += balance - Balance;
        Balance = balance;
    }

    public void Move(PointEntry entry)
    {
        Balance += entry.Move is PointMove.Use or PointMove.Clawback ? -entry.Points : entry.Points;
        entries.Add(entry);
        sums[(entry.OrderId, entry.Move)] = Sum(entry.OrderId, entry.Move) + entry.Points;
    }

    public void Record(Purchase purchase) => purchases.Add(purchase);

    public long TotalAmount => seed.TotalAmount + purchases.Sum(p => p.Amount);

    public long MonthAmount(DateTimeOffset now)
    {
        var month = MonthOf(now);
        return (month == seededIn ? seed.MonthAmount : 0) + purchases.Where(p => MonthOf(p.At) == month).Sum(p => p.Amount);
    }

    /// <summary>VIP from 500,000 won of purchases in the month; below it, the member's base tier.</summary>
    public string Tier(DateTimeOffset now) => MonthAmount(now) >= VipFromMonthAmount ? Vip : BaseTier;

    public MemberInfo Info(DateTimeOffset now) => new(seed.MemberId, seed.Name, Tier(now), Balance, seed.Birthday, seed.Phone);

    public MemberRecord ToRecord() => new(seed, seededIn.Year, seededIn.Month, Adjusted, BaseTier, IsDeleted);

    public static (int Year, int Month) MonthOf(DateTimeOffset time)
    {
        var local = time.ToOffset(Seoul);
        return (local.Year, local.Month);
    }
}
