using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Reconciliation;

namespace OrderOrchestration.Activities.Reconciliation;

/// <summary>Registers reconciliation's activities. The store, the payment team's client and Temporal's are registered separately.</summary>
public static class ReconciliationRegistration
{
    /// <summary>The activity classes that a reconciliation worker runs.</summary>
    public static IReadOnlyList<Type> ActivityTypes { get; } = [typeof(ReconciliationActivities)];

    public static IServiceCollection AddReconciliationActivities(this IServiceCollection services)
    {
        services.TryAddSingleton<OrderRuns>();
        services.TryAddTransient<PaymentReconciler>();
        services.AddHostedService<ShownKinds>();
        foreach (var type in ActivityTypes)
        {
            services.TryAddScoped(type);
        }

        return services;
    }

    /// <summary>Exports the counter of every kind of difference at zero from the start of the program.</summary>
    private sealed class ShownKinds : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var kind in Enum.GetValues<DifferenceKind>())
            {
                OrderMetrics.ReconciliationKind(KebabCase.Name(kind));
            }

            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
