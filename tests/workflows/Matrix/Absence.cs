using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Tests.Workflows.Matrix;

/// <summary>Teams that are away at the same time.</summary>
/// <param name="HoldsPlacing">Whether their absence can delay the placing of an order.</param>
internal sealed record Absence(string Name, IReadOnlyList<Team> Teams, bool HoldsPlacing)
{
    /// <summary>
    /// No process of an order calls these two teams; payouts and the outbox's relay do. So what is observed while they are away is what is observed while
    /// all teams are there.
    /// </summary>
    public static Absence Nobody { get; } = new("nobody (finance, notification)", [Team.Finance, Team.Notification], HoldsPlacing: false);

    public static IReadOnlyList<Absence> All { get; } =
    [
        Nobody,
        new("product", [Team.Product], HoldsPlacing: true),
        new("payment", [Team.Payment], HoldsPlacing: false),
        new("logistics", [Team.Logistics], HoldsPlacing: true),
        new("member", [Team.Member], HoldsPlacing: true),
        new("promotion", [Team.Promotion], HoldsPlacing: true),
    ];

    public IEnumerable<FaultRule> Rules => Teams.Select(team => new FaultRule(team, Outage: Outage.Abort));

    public override string ToString() => Name;
}
