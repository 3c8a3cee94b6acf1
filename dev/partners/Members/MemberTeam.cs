using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Members;

/// <summary>
/// The member team: points, purchases and tiers. A balance is never below zero; an order gets back at most the points it used and loses
/// at most the points it was given.
/// </summary>
public sealed class MemberTeam
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Member> members = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly WebhookOutbox outbox;

    internal MemberTeam(TimeProvider clock, WebhookOutbox outbox)
    {
        this.clock = clock;
        this.outbox = outbox;
    }

    /// <summary>Adds a member, or starts one anew.</summary>
    public void AddMember(MemberSeed seed)
    {
        lock (gate)
        {
            members[seed.MemberId] = new Member(seed, Member.MonthOf(clock.GetUtcNow()));
        }
    }

    /// <summary>Sets a balance; the books show the difference as an adjustment.</summary>
    public void SetPoints(string memberId, long balance)
    {
        Require.Between(0, balance, "pointBalance");
        lock (gate)
        {
            Find(memberId).Adjust(balance);
        }
    }

    /// <summary>Sets the tier a member has without this month's purchases; publishes <c>member.tier-changed</c> if the tier changes.</summary>
    public void SetTier(string memberId, string tier)
    {
        Require.Text(tier, "tier");
        lock (gate)
        {
            var member = Find(memberId);
            var previous = member.Tier(clock.GetUtcNow());
            member.BaseTier = tier;
            PublishTier(member, previous);
        }
    }

    /// <summary>Everybody.</summary>
    public IReadOnlyList<MemberInfo> All()
    {
        lock (gate)
        {
            return [.. members.Values.Select(m => m.Info(clock.GetUtcNow()))];
        }
    }

    /// <summary><c>GET /members/{id}</c>.</summary>
    public MemberInfo Get(string memberId)
    {
        lock (gate)
        {
            return Find(memberId).Info(clock.GetUtcNow());
        }
    }

    internal PointsAnswer Use(string memberId, PointsRequest request)
    {
        Check(request);
        lock (gate)
        {
            var member = Find(memberId);
            return member.Balance < request.Points
                ? throw RefusalException.Conflict("insufficient-balance", $"the balance is {member.Balance} points")
                : member.Move(request.OrderId, PointMove.Use, request.Points);
        }
    }

    internal PointsAnswer Restore(string memberId, PointsRequest request)
    {
        Check(request);
        lock (gate)
        {
            var member = Find(memberId);
            var restorable = member.Sum(request.OrderId, PointMove.Use) - member.Sum(request.OrderId, PointMove.Restoration);
            return request.Points > restorable
                ? throw RefusalException.Conflict("exceeds-used", $"order {request.OrderId} has {restorable} points to get back")
                : member.Move(request.OrderId, PointMove.Restoration, request.Points);
        }
    }

    internal PointsAnswer Accrue(string memberId, PointsRequest request)
    {
        Check(request);
        lock (gate)
        {
            var member = Find(memberId);
            var answer = member.Move(request.OrderId, PointMove.Accrual, request.Points);
            outbox.Publish(Team.Member, "member.mileage-accrued", memberId, new { memberId, request.OrderId, request.Points, answer.Balance });
            return answer;
        }
    }

    /// <summary>Takes back what was accrued for an order, as far as the balance goes.</summary>
    internal PointsAnswer ClawBack(string memberId, PointsRequest request)
    {
        Check(request);
        lock (gate)
        {
            var member = Find(memberId);
            var given = member.Sum(request.OrderId, PointMove.Accrual) - member.Sum(request.OrderId, PointMove.Clawback);
            return request.Points > given
                ? throw RefusalException.Conflict("exceeds-accrued", $"order {request.OrderId} was given {given} points")
                : member.Move(request.OrderId, PointMove.Clawback, Math.Min(request.Points, member.Balance));
        }
    }

    internal PurchaseAnswer Record(string memberId, PurchaseRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Between(-Require.Most, request.Amount, "amount");
        lock (gate)
        {
            var member = Find(memberId);
            var now = clock.GetUtcNow();
            var previous = member.Tier(now);
            member.Record(new Purchase(request.OrderId, request.Amount, now));
            var answer = new PurchaseAnswer(member.MonthAmount(now), member.TotalAmount, member.Tier(now), previous);
            outbox.Publish(
                Team.Member, "member.cumulative-amount-updated", memberId, new { memberId, request.OrderId, answer.MonthAmount, answer.TotalAmount });
            PublishTier(member, previous);
            return answer;
        }
    }

    internal T Read<T>(Func<IReadOnlyCollection<Member>, T> reader)
    {
        lock (gate)
        {
            return reader(members.Values);
        }
    }

    private static void Check(PointsRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Positive(request.Points, "points");
    }

    private Member Find(string memberId) => members.GetValueOrDefault(memberId) ?? throw RefusalException.NotFound("member", memberId);

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
