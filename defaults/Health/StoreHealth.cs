using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrderOrchestration.Activities.Store;

namespace OrderOrchestration.ServiceDefaults.Health;

/// <summary>Whether the order database answers.</summary>
internal sealed class StoreHealth(OrderDatabase database) : IHealthCheck
{
    public const string Name = "orders-database";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.PingAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
