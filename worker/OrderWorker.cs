using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Erasure;
using OrderOrchestration.Activities.Figures;
using OrderOrchestration.Activities.Outbox;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Retention;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Subscribers;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.ServiceDefaults;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Extensions.Hosting;

namespace OrderOrchestration.Worker;

/// <summary>The order worker for any generic host: its own (<c>Program.cs</c>), <c>dev/host</c>, or a test's.</summary>
public static class OrderWorker
{
    private const string ServiceName = "order-worker";

    /// <summary>How long a host waits for its worker to stop: the activities' time to finish, and some time for cancelled activities to end.</summary>
    public static TimeSpan ShutdownTimeout(IConfiguration configuration) => WorkerSetup.Read(configuration).ShutdownTimeout + TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs order and settlement workflows and their activities on the task queue <c>orders</c>, after the namespace is set up. A host that brings its
    /// own <c>ITemporalClient</c> registers it before.
    /// </summary>
    public static IServiceCollection AddOrderWorker(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = WorkerSetup.Read(configuration);
        services.AddServiceDefaults(configuration, ServiceName);
        services.AddOrderStore(configuration);
        services.AddOrderActivities(configuration);
        services.AddSettlementActivities(configuration);
        services.AddReconciliationActivities();
        services.AddPersonalDataErasure();
        services.TryAddScoped<RetentionActivities>();
        services.AddOrderPolicies(configuration);
        services.AddOrderTemporalClient(configuration);
        services.AddNotificationRelay(configuration);
        services.AddEventRelay(configuration);
        services.AddOperationFigures(configuration);
        services.AddCountersFromTheStart(() => OrderMetrics.ShowWorkersCounters(WorkerSetup.WorkflowNames));
        services.AddHostedService<TemporalConnectionSetup>();
        services.AddHostedService<TemporalNamespaceSetup>();
        services.AddHostedService<TemporalScheduleSetup>();

        var worker = services.AddHostedTemporalWorker(OrderTemporal.TaskQueue, WorkerSetup.Deployment(settings))
            .ConfigureOptions(options => WorkerSetup.Apply(settings, options));
        foreach (var activities in OrderActivitiesRegistration.ActivityTypes
            .Concat(SettlementRegistration.ActivityTypes).Concat(ReconciliationRegistration.ActivityTypes).Append(typeof(RetentionActivities)))
        {
            worker.AddScopedActivities(activities);
        }

        return services;
    }
}
