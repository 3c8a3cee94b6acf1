using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Execution;

namespace OrderOrchestration.Activities;

/// <summary>Registers the other teams' clients, the facts reader and the activities. The store is registered separately.</summary>
public static class OrderActivitiesRegistration
{
    /// <summary>The activity classes that an order worker runs.</summary>
    public static IReadOnlyList<Type> ActivityTypes { get; } =
    [
        typeof(RecordingActivities), typeof(PlacingActivities), typeof(PayingActivities), typeof(ShippingActivities),
        typeof(ReturningActivities), typeof(RefundingActivities), typeof(CancellingActivities), typeof(CompletingActivities),
    ];

    public static IServiceCollection AddOrderActivities(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(OrderFactsReader)))
        {
            return services;
        }

        UnexpectedWorkflowExceptions.Count = OrderMetrics.WorkflowException;
        services.AddOptions<PartnerSettings>().Bind(configuration.GetSection(PartnerSettings.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddPartner<ProductClient>(ProductClient.Team)
            .AddPartner<PromotionClient>(PromotionClient.Team)
            .AddPartner<MemberClient>(MemberClient.Team)
            .AddPartner<PaymentClient>(PaymentClient.Team)
            .AddPartner<LogisticsClient>(LogisticsClient.Team);
        services.AddTransient<OrderFactsReader>();
        services.AddTransient<OrderRecords>();
        foreach (var type in ActivityTypes)
        {
            services.TryAddScoped(type);
        }

        return services;
    }
}
