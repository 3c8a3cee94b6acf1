using System.Text.Json;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>What a fault's conditions are held against.</summary>
/// <param name="Path">After the team's prefix.</param>
/// <param name="Body">The JSON body, where there is one and a rule asks for it.</param>
internal sealed record CallFacts(Team Team, string Method, string Path, JsonElement? Body = null)
{
    private static readonly string[] SubjectFields = ["orderId", "payoutId", "memberId", "shipmentId", "pickupId", "refundId"];

    /// <summary>Whether the call is about an order, payout, member, payment, product, …: a part of its path names it, or a field of its body.</summary>
    public bool IsAbout(string subject) =>
        Path.Split('/').Contains(subject, StringComparer.Ordinal)
        || (Body is { ValueKind: JsonValueKind.Object } body && SubjectFields.Any(field => body.TryGetProperty(field, out var value)
            && value.ValueKind == JsonValueKind.String && value.ValueEquals(subject)));
}
