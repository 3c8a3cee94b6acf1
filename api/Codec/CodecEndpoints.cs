using System.Security.Claims;
using Google.Protobuf;
using Microsoft.AspNetCore.Cors.Infrastructure;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;
using Temporalio.Api.Common.V1;

namespace OrderOrchestration.Api.Codec;

/// <summary>Temporal's remote codec protocol (contract §6): the Web UI and <c>temporal --codec-endpoint</c> show payloads in clear through it.</summary>
internal static class CodecEndpoints
{
    public const string CorsPolicy = "codec";

    private const string Nothing = """{"payloads":[]}""";
    private const string OriginsSetting = "Privacy:CodecOrigins";

    /// <summary>Registers the codec and a CORS policy for the origins of <c>Privacy:CodecOrigins</c>; other origins are rejected.</summary>
    public static void AddCodec(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<RemoteCodec>();
        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy => Allow(policy, configuration[OriginsSetting])));
    }

    public static void MapCodec(this IEndpointRouteBuilder v1)
    {
        var codec = v1.MapGroup("/codec").WithTags("codec").RequireAuthorization(AccessPolicies.Staff).RequireCors(CorsPolicy);
        codec.MapPost("/decode", (HttpContext context, ClaimsPrincipal user, RemoteCodec remote) =>
                AnswerAsync(context, payloads => remote.DecodeAsync(payloads, Caller.Of(user).By, context.RequestAborted)))
            .WithSummary("Decrypts Temporal payloads; data of erased persons cannot be decrypted.")
            .Accepts<CodecPayloads>("application/json")
            .Produces<CodecPayloads>();
        codec.MapPost("/encode", (HttpContext context, RemoteCodec remote) => AnswerAsync(context, remote.EncodeAsync))
            .WithSummary("Encrypts Temporal payloads entered in a tool.")
            .Accepts<CodecPayloads>("application/json")
            .Produces<CodecPayloads>();
    }

    /// <summary>Allows credentialed requests from the given origins, separated by spaces or commas.</summary>
    public static void Allow(CorsPolicyBuilder policy, string? origins) => policy
        .WithOrigins((origins ?? string.Empty).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .WithMethods(HttpMethods.Post)
        .WithHeaders("content-type", "authorization", "x-namespace", "authorization-extras")
        .AllowCredentials();

    /// <summary>Reads and writes <c>temporal.api.common.v1.Payloads</c> in protobuf's JSON encoding, as the remote codec protocol requires.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext context, Func<Payloads, Task<Payloads>> change)
    {
        using var body = new StreamReader(context.Request.Body);
        try
        {
            var payloads = RemoteCodec.Parser.Parse<Payloads>(await body.ReadToEndAsync(context.RequestAborted));
            var changed = await change(payloads);
            return TypedResults.Text(changed.Payloads_.Count == 0 ? Nothing : JsonFormatter.Default.Format(changed), "application/json");
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException or System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            return Problem.Malformed("payloads", "a JSON object {\"payloads\": [{\"metadata\": {…}, \"data\": …}]} with base64 values is needed");
        }
    }
}

/// <summary>Payloads as Temporal's remote codec protocol writes them: metadata and data are base64.</summary>
public sealed record CodecPayloads(IReadOnlyList<CodecPayload> Payloads);

/// <summary>One payload.</summary>
public sealed record CodecPayload(IReadOnlyDictionary<string, string> Metadata, string Data);
