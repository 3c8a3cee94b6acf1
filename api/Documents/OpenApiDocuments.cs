using Microsoft.OpenApi;
using OrderOrchestration.Workflows.Money;
using Scalar.AspNetCore;

namespace OrderOrchestration.Api.Documents;

/// <summary><c>/openapi/v1.json</c>, <c>/asyncapi/v1.json</c>, and the page <c>/docs</c> for the OpenAPI document, which loads no external resources.</summary>
internal static class OpenApiDocuments
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["orders"] = "Orders: placing, reading, and commands on them.",
        ["refunds"] = "Refunds across orders, for administrators.",
        ["carts"] = "Carts of members and of guests.",
        ["addresses"] = "Members' addresses.",
        ["settlement"] = "Days, statements and payouts of sellers.",
        ["events"] = "Receiving the other teams' events (webhooks).",
        ["catalogue"] = "The event types and the policies of this service.",
        ["personal data"] = "Export and erasure of a customer's personal data.",
        ["codec"] = "The remote codec of Temporal: decodes encrypted payloads.",
        ["subscribers"] = "Subscribers of this service's events, and their dead letters.",
        ["development"] = "Available in dev/host only.",
    };

    public static void AddOrderDocuments(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(Won) || context.JsonTypeInfo.Type == typeof(Won?))
            {
                schema.Type = JsonSchemaType.Integer;
                schema.Format = "int64";
                schema.Description = "won";
            }

            // A time of day without offset: the format "time" requires an offset, so a pattern is used.
            if (context.JsonTypeInfo.Type == typeof(TimeOnly))
            {
                schema.Format = null;
                schema.Pattern = "^[0-9]{2}:[0-9]{2}:[0-9]{2}$";
            }

            // Null properties are omitted from responses, so a nullable property is not required, also where the constructor has a parameter for it.
            foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable))
            {
                schema.Required?.Remove(property.Name);
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer(OpenApiOperations.DescribeAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
    });

    public static void MapDocuments(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        endpoints.MapGet("/asyncapi/v1.json", () => TypedResults.Text(AsyncApiDocument.Text, "application/json"))
            .AllowAnonymous()
            .ExcludeFromDescription();
        endpoints.MapScalarApiReference("/docs", scalar =>
        {
            scalar.Title = "Order orchestration API";
            scalar.DefaultFonts = false;
        }).AllowAnonymous();
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info.Title = "Order orchestration";
        document.Info.Description =
            "Orders from placing to payment, shipping and refunds. Errors are problem details (RFC 9457) with type /problems/<slug>; each operation lists its own. "
            + "Money is whole won, times are ISO 8601 with offset. Events are described by /asyncapi/v1.json.";
        document.Info.License = new OpenApiLicense { Name = "Proprietary" };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This service." }];
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = Tags.GetValueOrDefault(tag.Name ?? "");
        }

        // Each operation declares the schema of its own problems.
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas?.Remove("ProblemDetails");
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [OpenApiOperations.Bearer] = Http("A JSON Web Token from the configured issuer: sub, role (customer, operator, admin, seller with seller_id).", "JWT"),
            [OpenApiOperations.GuestToken] = Http("The guestToken in the response to placing a guest's order; valid for that order only.", "opaque"),
            [OpenApiOperations.Webhook] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "webhook-signature",
                Description = "Standard Webhooks, with webhook-id and webhook-timestamp: HMAC-SHA256 with the team's secret.",
            },
        };
    }

    private static OpenApiSecurityScheme Http(string description, string format) => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = format,
        Description = description,
    };
}
