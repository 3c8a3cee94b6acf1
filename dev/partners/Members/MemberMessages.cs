using System.Text.Json;

namespace OrderOrchestration.Partners.Members;

/// <summary>A member as the catalogue describes it.</summary>
/// <param name="Tier"><c>BASIC</c>, <c>GOLD</c> or <c>VIP</c>: what the member has without this month's purchases.</param>
/// <param name="PointBalance">Points at the start.</param>
/// <param name="Birthday">The month decides about double points.</param>
/// <param name="MonthAmount">Won bought this month already.</param>
/// <param name="TotalAmount">Won bought ever.</param>
public sealed record MemberSeed(
    string MemberId, string Name, string Tier, long PointBalance, DateOnly Birthday, string Phone, long MonthAmount = 0, long TotalAmount = 0);

/// <summary>Answer of <c>GET /members/{id}</c>.</summary>
public sealed record MemberInfo(string MemberId, string Name, string Tier, long PointBalance, DateOnly Birthday, string Phone);

/// <summary>Body of the four point calls.</summary>
public sealed record PointsRequest(string OrderId, long Points, string? Reason = null);

/// <summary>Answer of the four point calls: what really moved, and the balance afterwards.</summary>
public sealed record PointsAnswer(long Points, long Balance);

/// <summary>Body of <c>POST /members/{id}/purchases</c>.</summary>
/// <param name="Amount">Won; below zero takes a purchase back.</param>
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
