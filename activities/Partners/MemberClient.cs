using System.Net;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The member team's API (회원팀, contract §2).</summary>
public sealed class MemberClient(HttpClient http)
{
    public const string Team = "Member";

    private static readonly HttpStatusCode[] Done = [HttpStatusCode.Created, HttpStatusCode.OK];

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>A member, or <c>null</c> where the team knows none.</summary>
    public async Task<MemberFact?> FindAsync(string memberId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"members/{Uri.EscapeDataString(memberId)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK ? reply.Read<MemberFact>() : null;
    }

    public async Task<UseAnswer> UsePointsAsync(UsePoints use, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, Path(use.MemberId, "point-uses"), new { use.OrderId, use.Points }, use.Key, [.. Done, HttpStatusCode.Conflict], cancellationToken);
        return reply.Status == HttpStatusCode.Conflict ? new UseAnswer(Used: false, reply.Reason) : new UseAnswer(Used: true, Reason: null);
    }

    public Task RestorePointsAsync(string memberId, string orderId, Won points, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(HttpMethod.Post, Path(memberId, "point-restorations"), new { orderId, points }, key, Done, cancellationToken);

    /// <summary>Accrues points; answers the new balance.</summary>
    public async Task<PointsReply> AccruePointsAsync(string memberId, string orderId, Won points, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(HttpMethod.Post, Path(memberId, "point-accruals"), new { orderId, points }, key, Done, cancellationToken);
        return reply.Read<PointsReply>();
    }

    /// <summary>Takes points back; answers how many it could take.</summary>
    public async Task<PointsReply> ClawBackPointsAsync(string memberId, string orderId, Won points, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(HttpMethod.Post, Path(memberId, "point-clawbacks"), new { orderId, points }, key, Done, cancellationToken);
        return reply.Read<PointsReply>();
    }

    public async Task<PurchaseReply> RecordPurchaseAsync(
        string memberId, string orderId, Won amount, IReadOnlyList<LineQuantity> items, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(HttpMethod.Post, Path(memberId, "purchases"), new { orderId, amount, items }, key, Done, cancellationToken);
        return reply.Read<PurchaseReply>();
    }

    private static string Path(string memberId, string what) => $"members/{Uri.EscapeDataString(memberId)}/{what}";
}

/// <summary>Points moved, and the balance after it.</summary>
public sealed record PointsReply(Won Points, long Balance);

/// <summary>What a purchase did to its member.</summary>
public sealed record PurchaseReply(Won MonthAmount, Won TotalAmount, string Tier, string? PreviousTier);
