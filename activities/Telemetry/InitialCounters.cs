using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrderOrchestration.Activities.Telemetry;

/// <summary>Exports a program's counters at zero from its start, so that the first count is an increase.</summary>
public static class InitialCounters
{
    /// <param name="show">Exports the program's counters at zero.</param>
    public static IServiceCollection AddCountersFromTheStart(this IServiceCollection services, Action show) => services.AddSingleton<IHostedService>(new Starter(show));

    private sealed class Starter(Action show) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            show();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
