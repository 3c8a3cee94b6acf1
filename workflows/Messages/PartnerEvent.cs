using System.Text.Json;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>A CloudEvent of another team as it reaches the workflow: the argument of the signal <c>partner-event</c> (contract §2, §3).</summary>
/// <param name="Source"><c>/teams/&lt;team&gt;</c>.</param>
/// <param name="Subject">The order id (product id or member id where the event is not about one order).</param>
/// <param name="SeenVersion">The version of the stored snapshot that the receiver saw; see <see cref="PayCommand"/>.</param>
public sealed record PartnerEvent(string Id, string Source, string Type, string Subject, DateTimeOffset Time, JsonElement Data, long SeenVersion = 0);
