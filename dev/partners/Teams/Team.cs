namespace OrderOrchestration.Partners.Teams;

/// <summary>The seven teams that the order team works with (seed §6).</summary>
public enum Team
{
    /// <summary>상품팀: products and stock.</summary>
    Product,

    /// <summary>결제팀: payments and refunds.</summary>
    Payment,

    /// <summary>물류팀: shipments and return pickups.</summary>
    Logistics,

    /// <summary>회원팀: tiers, points, purchase history.</summary>
    Member,

    /// <summary>프로모션팀: coupons.</summary>
    Promotion,

    /// <summary>재무팀: payouts and tax invoices.</summary>
    Finance,

    /// <summary>Messages to customers, operators and sellers.</summary>
    Notification,
}

/// <summary>The teams' names in URLs and event sources: the enumeration value in lower case.</summary>
public static class TeamNames
{
    /// <summary>Every team, in the order of the contract's table.</summary>
    public static IReadOnlyList<Team> All { get; } = Enum.GetValues<Team>();

    /// <summary><c>product</c>, <c>payment</c>, …: path prefix and last part of <c>/teams/&lt;team&gt;</c>.</summary>
    public static string Slug(this Team team) => team.ToString().ToLowerInvariant();

    /// <summary>The CloudEvents <c>source</c> of the team's events.</summary>
    public static string Source(this Team team) => $"/teams/{team.Slug()}";
}
