using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Problems;

/// <summary>
/// Reads a JSON body so that whatever is wrong with it is answered as a problem that names the place. The body is also kept as it came:
/// an idempotency key belongs to one body.
/// </summary>
internal static class JsonBody
{
    public static async Task<Read<T>> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            return new Read<T>(null, default, Problem.Of(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "This call takes application/json."));
        }

        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            var raw = document.RootElement.Clone();
            return raw.Deserialize<T>(OrderJson.Options) is { } body
                ? new Read<T>(body, raw, null)
                : new Read<T>(null, raw, Problem.Malformed("$", "an object is needed"));
        }
        catch (JsonException e)
        {
            return new Read<T>(null, default, Problem.Malformed(e.Path ?? "$", "not readable as JSON of this call"));
        }
    }

    /// <summary>A body that was read, or the problem with it.</summary>
    internal readonly record struct Read<T>(T? Body, JsonElement Raw, IResult? Problem)
        where T : class;
}
