using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OrderOrchestration.ServiceDefaults.Health;

namespace OrderOrchestration.ServiceDefaults.Management;

/// <summary>
/// <c>/health/live</c> (the process answers), <c>/health/ready</c> (it can serve: 200, else 503, with each check's word) and <c>/metrics</c> (Prometheus).
/// </summary>
public static class ManagementEndpoints
{
    /// <summary>Maps them with a program's other endpoints, unless they have an address of their own.</summary>
    public static void MapManagement(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<ManagementAddress>().IsOwn)
        {
            app.MapManagement(app.Services);
        }
    }

    /// <param name="program">The program that is looked at; the endpoints may be served by another host of the process.</param>
    internal static void MapManagement(this IEndpointRouteBuilder endpoints, IServiceProvider program)
    {
        MapHealth(endpoints, "/health/live", program, _ => false);
        MapHealth(endpoints, "/health/ready", program, check => check.Tags.Contains(HealthTags.Ready));
        endpoints.MapPrometheusScrapingEndpoint(
            "/metrics", program.GetRequiredService<MeterProvider>(), configureBranchedPipeline: null, optionsName: null).AllowAnonymous().DisableRateLimiting();
    }

    private static void MapHealth(
        IEndpointRouteBuilder endpoints, string path, IServiceProvider program, Func<HealthCheckRegistration, bool> checks) =>
        endpoints.Map(path, async context =>
        {
            var report = await program.GetRequiredService<HealthCheckService>().CheckHealthAsync(checks, context.RequestAborted);
            context.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsync(Body(report), context.RequestAborted);
        }).WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])).AllowAnonymous().DisableRateLimiting();

    private static string Body(HealthReport report) => JsonSerializer.Serialize(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString()),
    });
}
