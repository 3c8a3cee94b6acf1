using System.Text.Json;
using System.Text.Json.Serialization;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.State;

/// <summary>The JSON options of stored documents: as in HTTP, but nulls are written, because an absent property would be read as its parameter's default.</summary>
internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new(PartnersJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };
}
