using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace OrderOrchestration.Tests.Api.Documents;

/// <summary>Compares answers with what <c>/openapi/v1.json</c> says of them: the status is declared, and the body is valid by its schema.</summary>
internal sealed class OpenApiAnswers
{
    private readonly JsonObject paths;
    private readonly JsonNode schemas;
    private readonly Dictionary<string, JsonSchema> known = new(StringComparer.Ordinal);

    private OpenApiAnswers(JsonNode document)
    {
        paths = document["paths"]!.AsObject();
        schemas = document["components"]!["schemas"]!;
    }

    /// <summary>Every operation with each of its statuses: <c>POST /v1/orders 201</c>.</summary>
    public IEnumerable<string> Declared =>
        from path in paths
        from operation in path.Value!.AsObject()
        from response in operation.Value!["responses"]!.AsObject()
        select $"{operation.Key.ToUpperInvariant()} {path.Key} {response.Key}";

    public static async Task<OpenApiAnswers> ReadAsync(HttpClient client) =>
        new(JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!);

    /// <summary>The example of an operation's body.</summary>
    public IEnumerable<(string Operation, JsonNode Example, JsonNode Schema)> BodyExamples() =>
        from path in paths
        from operation in path.Value!.AsObject()
        let content = operation.Value!["requestBody"]?["content"]?.AsObject()
        where content is not null
        from media in content
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", media.Value!["example"]!, media.Value!["schema"]!);

    /// <summary>The problems that an operation declares, by slug.</summary>
    public IEnumerable<string> SlugsOf(string method, string path) =>
        from response in paths[path]![method.ToLowerInvariant()]!["responses"]!.AsObject()
        let types = response.Value!["content"]?["application/problem+json"]?["schema"]?["properties"]?["type"]?["enum"]?.AsArray()
        where types is not null
        from type in types
        select type!.GetValue<string>()["/problems/".Length..];

    /// <summary>What is wrong with an answer; <c>null</c> where nothing is.</summary>
    public string? FaultOf(string method, string path, HttpStatusCode status, string? mediaType, string body)
    {
        var name = $"{method} {path} {(int)status}";
        var response = paths[path]?[method.ToLowerInvariant()]?["responses"]?[((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture)];
        if (response is null)
        {
            return name + " is not declared";
        }

        if (response["content"] is not JsonObject content || content.Count == 0)
        {
            return body.Length == 0 ? null : name + " is declared without a body";
        }

        if (mediaType is null || content[mediaType]?["schema"] is not { } schema)
        {
            return $"{name} is not declared as {mediaType ?? "nothing"}";
        }

        return mediaType.EndsWith("json", StringComparison.Ordinal) && !IsValid(schema, JsonDocument.Parse(body).RootElement, out var why) ? $"{name}: {why} in {body}" : null;
    }

    public bool IsValid(JsonNode schema, JsonElement value, out string why)
    {
        var text = schema.ToJsonString();
        if (!known.TryGetValue(text, out var parsed))
        {
            var whole = schema.DeepClone().AsObject();
            whole["$defs"] = schemas.DeepClone();
            parsed = known[text] = JsonSchema.FromText(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
        }

        var result = parsed.Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List });
        why = result.IsValid ? "" : string.Join("; ", (result.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).Take(3));
        return result.IsValid;
    }
}
