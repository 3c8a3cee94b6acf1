using System.Text.Json;
using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.State;

/// <summary>Documents are written as the wire is, but whole: an absent null would come back as its parameter's default.</summary>
internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new(PartnersJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };
}
