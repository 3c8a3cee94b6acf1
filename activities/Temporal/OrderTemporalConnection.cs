using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;

namespace OrderOrchestration.Activities.Temporal;

/// <summary>
/// The Temporal connection of all our hosts: the SDK's own environment configuration (<c>TEMPORAL_ADDRESS</c>, <c>TEMPORAL_NAMESPACE</c>,
/// <c>TEMPORAL_TLS…</c>, <c>TEMPORAL_API_KEY</c>, profile file) with our JSON, traces and metrics.
/// </summary>
public static class OrderTemporalConnection
{
    private const string Prefix = "TEMPORAL_";

    /// <summary>Adds an <see cref="ITemporalClient"/> that connects when it is first used, so a program starts while Temporal is still coming up.</summary>
    public static IServiceCollection AddOrderTemporalClient(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<ITemporalClient>(provider =>
        {
            var options = LoadOptions(configuration);
            options.LoggerFactory = provider.GetRequiredService<ILoggerFactory>();
            options.DataConverter = provider.GetRequiredService<PersonalDataConverter>().Converter;
            return TemporalClient.CreateLazy(options);
        });
        return services;
    }

    /// <summary>
    /// The connection that <paramref name="configuration"/> describes. Its <c>TEMPORAL_…</c> keys count as environment variables, so a host that starts
    /// the server itself sets the address the same way as a deployment does.
    /// </summary>
    /// <exception cref="InvalidOperationException">The environment or the profile file is invalid; the message gives the reason.</exception>
    public static TemporalClientConnectOptions LoadOptions(IConfiguration configuration)
    {
        var variables = configuration.AsEnumerable()
            .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && pair.Value is not null)
            .ToDictionary(pair => pair.Key.ToUpperInvariant(), pair => pair.Value!);
        var options = ClientEnvConfig.LoadClientConnectOptions(new() { OverrideEnvVars = variables });
        options.TargetHost ??= "localhost:7233";
        options.DataConverter = OrderJson.DataConverter;
        options.Interceptors = [new TracingInterceptor()];
        options.Runtime = TemporalSdkMetrics.Runtime;
        return options;
    }
}
