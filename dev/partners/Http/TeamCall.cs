using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Http;

/// <summary>Marks an endpoint as a call of one team's API (not of this program's own surface).</summary>
internal sealed record TeamCall(Team Team);
