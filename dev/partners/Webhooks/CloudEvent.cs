using System.Text.Json;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>A CloudEvents 1.0 event in structured JSON, as it is sent to the order team.</summary>
/// <param name="Source"><c>/teams/&lt;team&gt;</c>.</param>
/// <param name="Subject">The order (product, member, payout) it is about.</param>
public sealed record CloudEvent(string Id, string Source, string Type, string Subject, DateTimeOffset Time, JsonElement Data)
{
    /// <summary>Version of the specification.</summary>
    public string Specversion { get; } = "1.0";

    /// <summary>Media type of <see cref="Data"/>.</summary>
    public string Datacontenttype { get; } = "application/json";
}
