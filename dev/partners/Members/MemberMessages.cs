using System.Text.Json;

namespace OrderOrchestration.Partners.Members;

/// <summary>A member as the catalogue describes it.</summary>
/// <param name="Tier">The base tier, without this month's purchases: <c>BASIC</c>, <c>GOLD</c> or <c>VIP</c>.</param>
/// <param name="PointBalance">Initial points.</param>
/// <param name="Birthday">Its month decides about double points.</param>
/// <param name="MonthAmount">Initial purchases of the current month, won.</param>
/// <param name="TotalAmount">Initial purchases in total, won.</param>
public sealed record MemberSeed(
    string MemberId, string Name, string Tier, long PointBalance, DateOnly Birthday, string Phone, long MonthAmount = 0, long TotalAmount = 0);

/// <summary>Answer of <c>GET /members/{id}</c>.</summary>
public sealed record MemberInfo(string MemberId, string Name, string Tier, long PointBalance, DateOnly Birthday, string Phone);

/// <summary>Body of the four point calls.</summary>
public sealed record PointsRequest(string OrderId, long Points, string? Reason = null);

/// <summary>Answer of the four point calls: the points that were moved, and the new balance.</summary>
public sealed record PointsAnswer(long Points, long Balance);

/// <summary>Body of <c>POST /members/{id}/purchases</c>.</summary>
/// <param name="Amount">Won; below zero reverses a purchase.</param>
public sealed record PurchaseRequest(string OrderId, long Amount, JsonElement? Items = null);

/// <summary>Answer of <c>POST /members/{id}/purchases</c>.</summary>
public sealed record PurchaseAnswer(long MonthAmount, long TotalAmount, string Tier, string PreviousTier);

/// <summary>Why points moved.</summary>
public enum PointMove
{
    /// <summary>포인트 사용.</summary>
    Use,

    /// <summary>포인트 복원.</summary>
    Restoration,

    /// <summary>포인트 적립.</summary>
    Accrual,

    /// <summary>적립 포인트 회수.</summary>
    Clawback,
}
