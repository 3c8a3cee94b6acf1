using System.Globalization;
using System.Net;
using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Placing;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The member team's API (회원팀, contract §2).</summary>
public sealed class MemberClient(HttpClient http)
{
    public const string Team = "Member";

    private static readonly HttpStatusCode[] Done = [HttpStatusCode.Created, HttpStatusCode.OK];

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>A member, or <c>null</c> if the team does not know it.</summary>
    public async Task<MemberFact?> FindAsync(string memberId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"members/{Uri.EscapeDataString(memberId)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK
            ? reply.Read<MemberReply>(member => member.MemberId == memberId && member.Tier is not null && member.PointBalance >= 0).ToFact()
            : null;
    }

    public async Task<UseAnswer> UsePointsAsync(UsePoints use, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, Path(use.MemberId, "point-uses"), new { use.OrderId, use.Points }, use.Key, [.. Done, HttpStatusCode.Conflict], cancellationToken);
        if (reply.Status == HttpStatusCode.Conflict)
        {
            return new UseAnswer(Used: false, reply.Reason);
        }

        reply.Confirm<PointsReply>(used => used.Points == use.Points);
        return new UseAnswer(Used: true, Reason: null);
    }

    /// <summary>Gives used points back, all of them.</summary>
    public async Task RestorePointsAsync(string memberId, string orderId, Won points, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(HttpMethod.Post, Path(memberId, "point-restorations"), new { orderId, points }, key, Done, cancellationToken);
        reply.Confirm<PointsReply>(restored => restored.Points == points);
    }

    /// <summary>Accrues points.</summary>
    public async Task AccruePointsAsync(string memberId, string orderId, Won points, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(HttpMethod.Post, Path(memberId, "point-accruals"), new { orderId, points }, key, Done, cancellationToken);
        reply.Read<PointsReply>(accrued => accrued.Points == points);
    }

    /// <summary>Claws points back; returns how many could be clawed back. A former member has none (domain §4).</summary>
    public async Task<Won> ClawBackPointsAsync(string memberId, string orderId, Won points, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, Path(memberId, "point-clawbacks"), new { orderId, points }, key, [.. Done, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.NotFound
            ? Won.Zero
            : reply.Read<PointsReply>(taken => taken.Points >= Won.Zero && taken.Points <= points).Points;
    }

    /// <summary>Records a purchase; the member team decides about totals and tier (hotspot 25).</summary>
    public async Task<PurchaseAnswer> RecordPurchaseAsync(
        string memberId, string orderId, Won amount, IReadOnlyList<LineQuantity> items, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(HttpMethod.Post, Path(memberId, "purchases"), new { orderId, amount, items }, key, Done, cancellationToken);
        return reply.Read<PurchaseAnswer>(purchase => purchase.Tier is not null && purchase.MonthAmount >= Won.Zero && purchase.TotalAmount >= Won.Zero);
    }

    private static string Path(string memberId, string what) => $"members/{Uri.EscapeDataString(memberId)}/{what}";

    /// <summary>Points that were used, restored, accrued or clawed back.</summary>
    private sealed record PointsReply(Won Points);

    /// <summary>A member as the team sends it; only the month of a birthday is used, so a date that does not exist is accepted.</summary>
    private sealed record MemberReply(string? MemberId, string? Tier, long PointBalance, string? Birthday, string? Phone)
    {
        public MemberFact ToFact() => new(MemberId!, Tier!, PointBalance, Month() is { } month ? new DateOnly(2000, month, 1) : null, Phone);

        private int? Month() =>
            Birthday is { Length: >= 7 } text && text[4] == '-' && int.TryParse(text.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12
                ? month
                : null;
    }
}
