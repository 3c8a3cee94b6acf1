using System.Net;
using System.Text.Json;

namespace OrderOrchestration.Tests.Partners.Support;

/// <summary>What a call was answered with.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, bool IsReplay, TimeSpan? RetryAfter, string? ContentType)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement this[string name] => Json.GetProperty(name);

    public string? Problem => ContentType == "application/problem+json" ? this["type"].GetString() : null;

    public string TextOf(string name) => this[name].GetString()!;

    public long NumberOf(string name) => this[name].GetInt64();
}
