using System.Security.Cryptography;
using System.Text.Json;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Validation;

/// <summary>Reads and validates a JSON body. Errors are answered as a problem that names the field.</summary>
internal static class RequestBody
{
    // Duplicate properties are rejected, because readers differ in which of them they use.
    private static readonly JsonSerializerOptions Strict =
        new(OrderJson.Options) { AllowDuplicateProperties = false, MaxDepth = JsonText.Options.MaxDepth };

    private static readonly JsonDocumentOptions StrictDocument = new() { AllowDuplicateProperties = false, MaxDepth = JsonText.Options.MaxDepth };

    public static async Task<Read<T>> ReadAsync<T>(HttpContext context, RequestValidator<T> validator)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            return new Read<T>(null, Problem.Of(
                StatusCodes.Status415UnsupportedMediaType, ProblemTypes.UnsupportedMediaType, "This call takes application/json."));
        }

        var bytes = await BytesAsync(context.Request, context.RequestAborted);
        try
        {
            if (JsonText.FindFault(bytes) is { } fault)
            {
                return new Read<T>(null, Problem.Malformed(fault.Path, fault.Error));
            }

            using var document = JsonDocument.Parse(bytes, StrictDocument);
            context.Features.Set(new Fingerprint(CanonicalJson.Fingerprint(document.RootElement)));
            return document.RootElement.Deserialize<T>(Strict) is { } body
                ? Validate(body, validator)
                : new Read<T>(null, Problem.Malformed("$", "an object is needed"));
        }
        catch (JsonException e)
        {
            return new Read<T>(null, Problem.Malformed(FieldNames.OfJsonPath(e.Path), "not readable as JSON of this call"));
        }
    }

    /// <summary>The fingerprint of a request's body; where the endpoint reads no JSON body, the hash of the raw bytes.</summary>
    public static async Task<string> FingerprintAsync(HttpContext context) => context.Features.Get<Fingerprint>() is { } read
        ? read.Hash
        : Convert.ToHexStringLower(SHA256.HashData(await BytesAsync(context.Request, context.RequestAborted)));

    /// <summary>All bytes of a body; Kestrel limits its size.</summary>
    public static async Task<byte[]> BytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    private static Read<T> Validate<T>(T body, RequestValidator<T> validator)
        where T : class =>
        validator.Errors(body) is { Count: > 0 } errors ? new Read<T>(null, Problem.Malformed(errors)) : new Read<T>(body, null);

    private sealed record Fingerprint(string Hash);

    /// <summary>A valid body, or the problem with it.</summary>
    internal readonly record struct Read<T>(T? Body, IResult? Problem)
        where T : class;
}
