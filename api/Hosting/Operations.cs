using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;

namespace OrderOrchestration.Api.Hosting;

/// <summary>What those who run the API look at: health, metrics, traces and its documents.</summary>
internal static class Operations
{
    private const string Ready = "ready";
    private static readonly string[] ReadyTags = [Ready];

    public static void AddOrderTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHealthChecks()
            .AddCheck<StoreHealth>("orders-database", tags: ReadyTags, timeout: TimeSpan.FromSeconds(5))
            .AddCheck<TemporalHealth>("temporal", tags: ReadyTags, timeout: TimeSpan.FromSeconds(5));
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("order-api"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddMeter("System.Runtime")
                .AddPrometheusExporter());
        if (!string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter())
                .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddOtlpExporter());
        }
    }

    public static void MapOperations(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks(
            "/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync });
        endpoints.MapPrometheusScrapingEndpoint("/metrics");
        endpoints.MapDocuments();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var answer = new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString()),
        };
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer, OrderJson.Options), context.RequestAborted);
    }

    private sealed class StoreHealth(OrderDatabase database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await database.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }

    private sealed class TemporalHealth(ITemporalClient client) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await client.Connection.CheckHealthAsync(options: new RpcOptions { CancellationToken = cancellationToken })
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("Temporal answers that it does not serve.");
    }
}
