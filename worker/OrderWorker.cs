using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Outbox;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Subscribers;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Claiming;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Extensions.Hosting;

namespace OrderOrchestration.Worker;

/// <summary>The order worker for any generic host: its own (<c>Program.cs</c>), <c>dev/host</c>, or a test's.</summary>
public static class OrderWorker
{
    /// <summary>
    /// Runs order and settlement workflows and their activities on the task queue <c>orders</c>, after the namespace has what they need.
    /// A host that brings its own <c>ITemporalClient</c> registers it before.
    /// </summary>
    public static IServiceCollection AddOrderWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOrderStore(configuration);
        services.AddOrderActivities(configuration);
        services.AddSettlementActivities(configuration);
        services.AddOrderPolicies(configuration);
        services.AddOrderTemporalClient(configuration);
        services.AddNotificationRelay(configuration);
        services.AddEventRelay(configuration);
        services.AddHostedService<TemporalNamespaceSetup>();
        services.AddHostedService<TemporalScheduleSetup>();

        var worker = services.AddHostedTemporalWorker(OrderTemporal.TaskQueue)
            .AddWorkflow<OrderWorkflow>()
            .AddWorkflow<GuestClaimWorkflow>()
            .AddWorkflow<SettlementDailyWorkflow>()
            .AddWorkflow<SettlementWorkflow>()
            .AddWorkflow<PayoutRunWorkflow>()
            .AddWorkflow<PayoutWorkflow>();
        foreach (var activities in OrderActivitiesRegistration.ActivityTypes.Concat(SettlementRegistration.ActivityTypes))
        {
            worker.AddScopedActivities(activities);
        }

        return services;
    }
}
