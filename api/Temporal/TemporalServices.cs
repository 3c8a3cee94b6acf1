using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;

namespace OrderOrchestration.Api.Temporal;

/// <summary>Registers the client of the Temporal cluster that the environment names (contract §3).</summary>
internal static class TemporalServices
{
    public static void AddOrderTemporal(this IServiceCollection services)
    {
        // Lazy: the API starts and serves reads while Temporal is still coming up.
        services.TryAddSingleton<ITemporalClient>(provider =>
        {
            var options = ClientEnvConfig.LoadClientConnectOptions(new ClientEnvConfig.ProfileLoadOptions());
            options.TargetHost ??= "127.0.0.1:7233";
            options.DataConverter = OrderJson.DataConverter;
            options.LoggerFactory = provider.GetRequiredService<ILoggerFactory>();
            return TemporalClient.CreateLazy(options);
        });
        services.AddSingleton<IOrderCommands, TemporalOrderCommands>();
    }
}
