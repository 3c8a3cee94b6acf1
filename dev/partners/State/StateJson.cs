using System.Text.Json;
using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.State;

/// <summary>Documents are written as the wire is, and read more kindly: what is absent had no value when it was written.</summary>
internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new(PartnersJson.Options) { RespectRequiredConstructorParameters = false };
}
