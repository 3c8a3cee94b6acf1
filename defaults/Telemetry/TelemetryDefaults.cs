using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrderOrchestration.Activities.Telemetry;

namespace OrderOrchestration.ServiceDefaults.Telemetry;

/// <summary>OpenTelemetry for a program of ours: metrics always, for Prometheus; traces, metrics and logs to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.</summary>
internal static class TelemetryDefaults
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddOrderTelemetry(this IServiceCollection services, IConfiguration configuration, string serviceName)
    {
        var isExported = !string.IsNullOrEmpty(configuration[Endpoint]);
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                serviceName, "orders", configuration["Worker:BuildId"], autoGenerateServiceInstanceId: true))
            .WithMetrics(AddMetrics)
            .WithTracing(tracing => AddTracing(tracing, isExported));
        if (isExported)
        {
            telemetry.WithLogging(null, options => options.IncludeFormattedMessage = true).UseOtlpExporter();
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics) => metrics
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddMeter("System.Runtime", "Npgsql", OrderTelemetry.MeterName, OrderTelemetry.TemporalMeterName)
        .AddPrometheusExporter(options => options.ScopeInfoEnabled = false);

    // Without an exporter no span is kept, but a request's trace goes on to the other teams all the same (contract §5).
    private static void AddTracing(TracerProviderBuilder tracing, bool isExported)
    {
        tracing
            .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsManagement(context.Request.Path))
            .AddHttpClientInstrumentation()
            .AddSource(OrderTelemetry.ActivitySourceName, "Npgsql");
        if (!isExported)
        {
            tracing.SetSampler(new ParentBasedSampler(new AlwaysOffSampler()));
        }
    }

    private static bool IsManagement(string? path) =>
        path is not null && (path.StartsWith("/health/", StringComparison.Ordinal) || path == "/metrics");
}
