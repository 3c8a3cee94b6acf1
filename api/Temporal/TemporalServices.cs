using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderOrchestration.Activities.Temporal;

namespace OrderOrchestration.Api.Temporal;

/// <summary>Registers the gateway to the order workflows and, where the host registered none, the Temporal client.</summary>
internal static class TemporalServices
{
    public static void AddOrderTemporal(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrderTemporalClient(configuration);
        services.TryAddSingleton<OrderRuns>();
        services.TryAddSingleton<IOrderCommands, TemporalOrderCommands>();
    }
}
