using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>Why a command is refused: the slug of the problem that the API returns, a message for people, and fields for programs.</summary>
/// <param name="Slug">The last part of the problem's <c>type</c> (contract §1).</param>
/// <param name="Details">A JSON object of the problem's extra fields.</param>
public sealed record Refusal(string Slug, string Message, JsonElement Details)
{
    public static Refusal Of(string slug, string message, object? details = null) =>
        new(slug, message, JsonSerializer.SerializeToElement(details ?? new { }, OrderJson.Options));
}
