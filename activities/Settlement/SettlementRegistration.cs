using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderOrchestration.Activities.Partners;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Registers settlement's activities and the finance team's client. The store is registered separately.</summary>
public static class SettlementRegistration
{
    /// <summary>The activity classes that a settlement worker runs.</summary>
    public static IReadOnlyList<Type> ActivityTypes { get; } = [typeof(SettlementActivities), typeof(FinanceActivities)];

    public static IServiceCollection AddSettlementActivities(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(FinanceClient)))
        {
            return services;
        }

        services.AddOptions<PartnerSettings>().Bind(configuration.GetSection(PartnerSettings.Section));
        services.AddPartner<FinanceClient>(FinanceClient.Team);
        foreach (var type in ActivityTypes)
        {
            services.TryAddScoped(type);
        }

        return services;
    }
}
