using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Http;

/// <summary>Endpoint metadata: the endpoint belongs to a team's API, not to this program's own endpoints.</summary>
internal sealed record TeamCall(Team Team);
