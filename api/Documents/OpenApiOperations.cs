using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Documents;

/// <summary>Completes each operation from its endpoint's metadata: security, idempotency key, problems by slug, and an example of the body.</summary>
internal static class OpenApiOperations
{
    public const string Bearer = "bearer";
    public const string GuestToken = "guestToken";
    public const string Webhook = "standardWebhooks";

    private const string ProblemJson = "application/problem+json";

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var slugs = ProblemsOf(metadata, context.Description.RelativePath ?? "");
        operation.OperationId = OperationId(context.Description.HttpMethod!, context.Description.RelativePath!);
        operation.Security = Security(metadata, context.Document!);
        AddParameters(operation, slugs, context.Description.RelativePath!);
        AddProblems(operation, slugs);
        if (metadata.OfType<IAcceptsMetadata>().FirstOrDefault()?.RequestType is { } body && BodyExamples.Of(body) is { } example)
        {
            foreach (var content in operation.RequestBody?.Content?.Values ?? [])
            {
                content.Example = example;
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The problems that an endpoint may answer: those it declares, and those that follow from its metadata (policy, body, rate limit).</summary>
    public static IReadOnlyList<string> ProblemsOf(IEnumerable<object> metadata, string path)
    {
        var all = metadata.ToList();
        var slugs = all.OfType<DeclaredProblems>().SelectMany(declared => declared.Slugs).ToHashSet(StringComparer.Ordinal);
        var policies = all.OfType<IAuthorizeData>().Select(authorize => authorize.Policy).ToList();
        Add(policies.Count > 0, ProblemTypes.Unauthorized);
        Add(policies.Any(policy => policy is not AccessPolicies.Anyone), ProblemTypes.Forbidden);
        Add(path.Contains('{', StringComparison.Ordinal), ProblemTypes.MalformedRequest);
        if (all.OfType<IAcceptsMetadata>().Any())
        {
            slugs.UnionWith([ProblemTypes.MalformedRequest, ProblemTypes.UnsupportedMediaType, ProblemTypes.PayloadTooLarge]);
        }

        Add(slugs.Contains(ProblemTypes.IdempotencyKeyReused), ProblemTypes.MalformedRequest);
        Add(!all.OfType<DisableRateLimitingAttribute>().Any(), ProblemTypes.TooManyRequests);
        Add(!path.EndsWith("event-types", StringComparison.Ordinal) && !path.EndsWith("policies", StringComparison.Ordinal), ProblemTypes.Unavailable);
        return [.. slugs.Order(StringComparer.Ordinal)];

        void Add(bool applies, string slug)
        {
            if (applies)
            {
                slugs.Add(slug);
            }
        }
    }

    // Method, path segments and route parameters, as in getOrdersByOrderIdEvents.
    private static string OperationId(string method, string path) => method.ToLowerInvariant() + string.Concat(path.Split('/', '.')
        .Where(part => part is not ("v1" or ""))
        .Select(part => part.StartsWith('{') ? "By" + Upper(part.Trim('{', '}')) : string.Concat(part.Split('-').Select(Upper))));

    private static string Upper(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];

    private static List<OpenApiSecurityRequirement> Security(IList<object> metadata, OpenApiDocument document)
    {
        var policies = metadata.OfType<IAuthorizeData>().Select(authorize => authorize.Policy).ToList();
        var path = metadata.OfType<DisableRateLimitingAttribute>().Any();
        if (policies.Count == 0)
        {
            return path ? [By(Webhook)] : [[]];
        }

        var guests = policies.All(policy => policy is AccessPolicies.Orders or AccessPolicies.Anyone or AccessPolicies.OwnCart);
        var nobody = policies.All(policy => policy is AccessPolicies.Anyone or AccessPolicies.OwnCart);
        return [By(Bearer), .. guests ? [By(GuestToken)] : Array.Empty<OpenApiSecurityRequirement>(), .. nobody ? [[]] : Array.Empty<OpenApiSecurityRequirement>()];

        OpenApiSecurityRequirement By(string scheme) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
    }

    private static void AddParameters(OpenApiOperation operation, IReadOnlyList<string> slugs, string path)
    {
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            parameter.Description ??= ParameterTexts.Of(parameter.Name!);
        }

        if (slugs.Contains(ProblemTypes.IdempotencyKeyReused))
        {
            operation.Parameters.Add(Header(
                "Idempotency-Key",
                slugs.Contains(ProblemTypes.IdempotencyKeyMissing),
                "Kept for 15 days per caller and resource: the same key and body give the same answer again. White space and the order of properties do not count."));
        }

        if (path.EndsWith("orders/{orderId}/events", StringComparison.Ordinal))
        {
            operation.Parameters.Add(Header("Last-Event-ID", required: false, "A stream goes on after the event of this id."));
        }
    }

    private static OpenApiParameter Header(string name, bool required, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = required,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static void AddProblems(OpenApiOperation operation, IReadOnlyList<string> slugs)
    {
        operation.Responses ??= [];
        foreach (var status in slugs.GroupBy(slug => ProblemTypes.All[slug]))
        {
            operation.Responses[status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = string.Join(", ", status),
                Headers = status.Key is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? RetryAfter() : null,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [ProblemJson] = new()
                    {
                        Schema = ProblemSchema([.. status]),
                        Examples = status.ToDictionary(slug => slug, slug => (IOpenApiExample)new OpenApiExample { Value = ProblemExample(slug) }, StringComparer.Ordinal),
                    },
                },
            };
        }
    }

    private static Dictionary<string, IOpenApiHeader> RetryAfter() => new(StringComparer.Ordinal)
    {
        ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
    };

    private static OpenApiSchema ProblemSchema(string[] slugs) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. slugs.Select(slug => (JsonNode)ProblemTypes.Uri(slug))] },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong, by field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        },
    };

    private static JsonObject ProblemExample(string slug)
    {
        var example = new JsonObject { ["type"] = ProblemTypes.Uri(slug), ["title"] = ProblemTypes.Title(slug), ["status"] = ProblemTypes.All[slug] };
        if (slug == ProblemTypes.MalformedRequest)
        {
            example["errors"] = new JsonObject { ["lines[0].quantity"] = new JsonArray("a whole number from 1 to 10000 is needed") };
        }

        return example;
    }
}
