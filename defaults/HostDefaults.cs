using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.ServiceDefaults.Health;
using OrderOrchestration.ServiceDefaults.Management;
using OrderOrchestration.ServiceDefaults.Telemetry;

namespace OrderOrchestration.ServiceDefaults;

/// <summary>What every program of ours has, whatever it does: telemetry, health and where both are looked at (contract §5).</summary>
public static class HostDefaults
{
    /// <summary>
    /// Adds telemetry, the store's health and the management server. A host that is two programs in one (<c>dev/host</c>) may call it twice: the first
    /// name counts.
    /// </summary>
    /// <param name="serviceName">The program's name in traces, metrics and logs: <c>order-api</c>, <c>order-worker</c>.</param>
    public static IServiceCollection AddServiceDefaults(this IServiceCollection services, IConfiguration configuration, string serviceName)
    {
        if (services.Any(service => service.ServiceType == typeof(ManagementAddress)))
        {
            return services;
        }

        services.AddSingleton(new ManagementAddress(configuration[ManagementAddress.Setting]));
        services.AddHealthChecks().AddCheck<StoreHealth>(StoreHealth.Name, tags: [HealthTags.Ready], timeout: HealthTags.Timeout);
        services.AddOrderTelemetry(configuration, serviceName);
        services.AddHostedService<ManagementServer>();
        return services;
    }

    /// <summary>Makes readiness need Temporal as well: a worker without it does nothing. The API reads without it (contract §5).</summary>
    public static IServiceCollection AddTemporalReadiness(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<TemporalHealth>(TemporalHealth.Name, tags: [HealthTags.Ready], timeout: HealthTags.Timeout);
        return services;
    }
}
