using Microsoft.Extensions.Diagnostics.HealthChecks;
using Temporalio.Client;

namespace OrderOrchestration.ServiceDefaults.Health;

/// <summary>Whether the Temporal cluster serves.</summary>
internal sealed class TemporalHealth(ITemporalClient client) : IHealthCheck
{
    public const string Name = "temporal";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await client.Connection.CheckHealthAsync(options: new RpcOptions { CancellationToken = cancellationToken })
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("Temporal answers that it does not serve.");
}
