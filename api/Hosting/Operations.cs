using OrderOrchestration.ServiceDefaults;
using OrderOrchestration.ServiceDefaults.Management;

namespace OrderOrchestration.Api.Hosting;

/// <summary>Telemetry and management endpoints: health, metrics and traces.</summary>
internal static class Operations
{
    private const string ServiceName = "order-api";

    public static void AddOrderTelemetry(this IServiceCollection services, IConfiguration configuration) =>
        services.AddServiceDefaults(configuration, ServiceName);

    public static void MapOperations(this WebApplication app)
    {
        app.MapManagement();
    }
}
