using System.Globalization;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Members;

/// <summary>
/// The member team: points, purchases and tiers. Invariants: a balance is at least zero; at most the points used by an order are restored, and at most
/// the points accrued for an order are clawed back.
/// </summary>
public sealed class MemberTeam
{
    private readonly Dictionary<string, Member> members = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly TeamsState state;
    private readonly WebhookOutbox outbox;

    internal MemberTeam(TimeProvider clock, TeamsState state, WebhookOutbox outbox)
    {
        this.clock = clock;
        this.state = state;
        this.outbox = outbox;
        foreach (var record in state.Load<MemberRecord>(Kinds.Member))
        {
            members.Add(record.Seed.MemberId, new Member(record));
        }

        foreach (var (memberId, entry) in state.Load<KeyValuePair<string, PointEntry>>(Kinds.PointMove))
        {
            members[memberId].Move(entry);
        }

        foreach (var (memberId, purchase) in state.Load<KeyValuePair<string, Purchase>>(Kinds.Purchase))
        {
            members[memberId].Record(purchase);
        }
    }

    /// <summary>Adds a member, or resets an existing one.</summary>
    public void AddMember(MemberSeed seed)
    {
        using (state.Enter())
        {
            if (members.TryGetValue(seed.MemberId, out var earlier))
            {
                DeleteEntries(earlier);
            }

            var member = members[seed.MemberId] = new Member(seed, Member.MonthOf(clock.GetUtcNow()));
            Keep(member);
        }
    }

    /// <summary>Sets a balance; the books show the difference as an adjustment.</summary>
    public void SetPoints(string memberId, long balance)
    {
        Require.Between(0, balance, "pointBalance");
        using (state.Enter())
        {
            var member = FindIncludingDeleted(memberId);
            member.Adjust(balance);
            Keep(member);
        }
    }

    /// <summary>Sets a member's base tier; publishes <c>member.tier-changed</c> if the effective tier changes.</summary>
    public void SetTier(string memberId, string tier)
    {
        Require.Text(tier, "tier");
        using (state.Enter())
        {
            var member = FindIncludingDeleted(memberId);
            var previous = member.Tier(clock.GetUtcNow());
            member.BaseTier = tier;
            Keep(member);
            PublishTier(member, previous);
        }
    }

    /// <summary>Deletes a member, or reverses the deletion. A deleted member's account is retained in the books; every call for it is 404.</summary>
    public void SetDeleted(string memberId, bool isDeleted)
    {
        using (state.Enter())
        {
            var member = FindIncludingDeleted(memberId);
            member.IsDeleted = isDeleted;
            Keep(member);
        }
    }

    /// <summary>Whether a known member was deleted.</summary>
    public bool IsDeleted(string memberId)
    {
        using (state.Enter())
        {
            return members.TryGetValue(memberId, out var member) && member.IsDeleted;
        }
    }

    /// <summary>All members that are not deleted.</summary>
    public IReadOnlyList<MemberInfo> All()
    {
        using (state.Enter())
        {
            return [.. members.Values.Where(m => !m.IsDeleted).Select(m => m.Info(clock.GetUtcNow()))];
        }
    }

    /// <summary><c>GET /members/{id}</c>.</summary>
    public MemberInfo Get(string memberId)
    {
        using (state.Enter())
        {
            return Find(memberId).Info(clock.GetUtcNow());
        }
    }

    /// <exception cref="RefusalException">The member is unknown (404). A deleted member is known.</exception>
    internal void RequireKnown(string memberId)
    {
        using (state.Enter())
        {
            FindIncludingDeleted(memberId);
        }
    }

    internal PointsAnswer Use(string memberId, PointsRequest request)
    {
        Check(request);
        using (state.Enter())
        {
            var member = Find(memberId);
            return member.Balance < request.Points
                ? throw RefusalException.Conflict("insufficient-balance", $"the balance is {member.Balance} points")
                : Move(member, request.OrderId, PointMove.Use, request.Points);
        }
    }

    internal PointsAnswer Restore(string memberId, PointsRequest request)
    {
        Check(request);
        using (state.Enter())
        {
            var member = Find(memberId);
            var restorable = member.Sum(request.OrderId, PointMove.Use) - member.Sum(request.OrderId, PointMove.Restoration);
            return request.Points > restorable
                ? throw RefusalException.Conflict("exceeds-used", $"order {request.OrderId} has {restorable} points to get back")
                : Move(member, request.OrderId, PointMove.Restoration, request.Points);
        }
    }

    internal PointsAnswer Accrue(string memberId, PointsRequest request)
    {
        Check(request);
        using (state.Enter())
        {
            var member = Find(memberId);
            var answer = Move(member, request.OrderId, PointMove.Accrual, request.Points);
            outbox.Publish(Team.Member, "member.mileage-accrued", memberId, new { memberId, request.OrderId, request.Points, answer.Balance });
            return answer;
        }
    }

    /// <summary>Claws back points that were accrued for an order, at most the balance.</summary>
    internal PointsAnswer ClawBack(string memberId, PointsRequest request)
    {
        Check(request);
        using (state.Enter())
        {
            var member = Find(memberId);
            var given = member.Sum(request.OrderId, PointMove.Accrual) - member.Sum(request.OrderId, PointMove.Clawback);
            return request.Points > given
                ? throw RefusalException.Conflict("exceeds-accrued", $"order {request.OrderId} was given {given} points")
                : Move(member, request.OrderId, PointMove.Clawback, Math.Min(request.Points, member.Balance));
        }
    }

    internal PurchaseAnswer Record(string memberId, PurchaseRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Between(-Require.Most, request.Amount, "amount");
        using (state.Enter())
        {
            var member = Find(memberId);
            var now = clock.GetUtcNow();
            var previous = member.Tier(now);
            Record(member, new Purchase(request.OrderId, request.Amount, now));
            var answer = new PurchaseAnswer(member.MonthAmount(now), member.TotalAmount, member.Tier(now), previous);
            outbox.Publish(
                Team.Member, "member.cumulative-amount-updated", memberId, new { memberId, request.OrderId, answer.MonthAmount, answer.TotalAmount });
            PublishTier(member, previous);
            return answer;
        }
    }

    internal T Read<T>(Func<IReadOnlyCollection<Member>, T> reader)
    {
        using (state.Enter())
        {
            return reader(members.Values);
        }
    }

    private static string EntryId(Member member, int number) => string.Create(CultureInfo.InvariantCulture, $"{member.Seed.MemberId}/{number}");

    private void Keep(Member member) => state.Keep(Kinds.Member, member.Seed.MemberId, member.ToRecord());

    private PointsAnswer Move(Member member, string orderId, PointMove move, long points)
    {
        var entry = new PointEntry(orderId, move, points);
        member.Move(entry);
        state.Keep(Kinds.PointMove, EntryId(member, member.Entries.Count), KeyValuePair.Create(member.Seed.MemberId, entry));
        return new PointsAnswer(points, member.Balance);
    }

    private void Record(Member member, Purchase purchase)
    {
        member.Record(purchase);
        state.Keep(Kinds.Purchase, EntryId(member, member.Purchases.Count), KeyValuePair.Create(member.Seed.MemberId, purchase));
    }

    private void DeleteEntries(Member member)
    {
        for (var number = 1; number <= member.Entries.Count; number++)
        {
            state.Drop(Kinds.PointMove, EntryId(member, number));
        }

        for (var number = 1; number <= member.Purchases.Count; number++)
        {
            state.Drop(Kinds.Purchase, EntryId(member, number));
        }
    }

    private static void Check(PointsRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Positive(request.Points, "points");
    }

    private Member Find(string memberId) => FindIncludingDeleted(memberId) is { IsDeleted: false } member
        ? member
        : throw RefusalException.NotFound("member", memberId);

    private Member FindIncludingDeleted(string memberId) => members.GetValueOrDefault(memberId) ?? throw RefusalException.NotFound("member", memberId);

    private void PublishTier(Member member, string previousTier)
    {
        var memberId = member.Seed.MemberId;
        var tier = member.Tier(clock.GetUtcNow());
        if (tier != previousTier)
        {
            outbox.Publish(Team.Member, "member.tier-changed", memberId, new { memberId, previousTier, tier });
        }
    }
}
