using Microsoft.OpenApi;
using OrderOrchestration.Workflows.Money;
using Scalar.AspNetCore;

namespace OrderOrchestration.Api.Hosting;

/// <summary><c>/openapi/v1.json</c> and the page <c>/docs</c> that shows it, from files of this program only.</summary>
internal static class Documents
{
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

            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Order orchestration";
            document.Info.Description = "Orders of the order team: placing, paying, shipping, refunds. Problems are RFC 9457, type /problems/<slug>.";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "A JWT of the issuer, or the guestToken of a guest's order.",
                },
            };
            return Task.CompletedTask;
        });
    });

    public static void MapDocuments(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        endpoints.MapScalarApiReference("/docs", scalar =>
        {
            scalar.Title = "Order orchestration API";
            scalar.DefaultFonts = false;
        });
    }
}
