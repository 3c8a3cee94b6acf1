using System.Text.Json;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>The call that the conditions of fault rules are matched against.</summary>
/// <param name="Path">The path after the team's prefix.</param>
/// <param name="Body">The JSON body, where there is one and a rule has a subject.</param>
internal sealed record CallFacts(Team Team, string Method, string Path, JsonElement? Body = null)
{
    private static readonly string[] SubjectFields = ["orderId", "payoutId", "memberId", "shipmentId", "pickupId", "refundId"];

    /// <summary>Whether the call is about an order, payout, member, payment, product, …: a path segment or an id field of the body equals it.</summary>
    public bool IsAbout(string subject) =>
        Path.Split('/').Contains(subject, StringComparer.Ordinal)
        || (Body is { ValueKind: JsonValueKind.Object } body && SubjectFields.Any(field => body.TryGetProperty(field, out var value)
            && value.ValueKind == JsonValueKind.String && value.ValueEquals(subject)));
}
