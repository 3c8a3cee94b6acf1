using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Keys;
using OrderOrchestration.Activities.Store.Orders;

namespace OrderOrchestration.Activities.Erasure;

/// <summary>Registers export and erasure of personal data; the store is registered separately.</summary>
public static class ErasureServices
{
    public static IServiceCollection AddPersonalDataErasure(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(PersonalDataErasure)))
        {
            return services;
        }

        services.AddSingleton<CustomerOrders>();
        services.AddSingleton(provider => new PersonalDataErasure(
            provider.GetRequiredService<OrderDatabase>(),
            provider.GetRequiredService<CustomerOrders>(),
            provider.GetRequiredService<IKeyRing>(),
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<PrivacyAudit>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PersonalDataExport(
            provider.GetRequiredService<CustomerOrders>(),
            provider.GetRequiredService<IOrderQueries>(),
            provider.GetRequiredService<IAddressStore>(),
            provider.GetRequiredService<ICartStore>(),
            provider.GetRequiredService<IKeyStore>(),
            provider.GetRequiredService<PrivacyAudit>()));
        services.AddSingleton(provider => new RetentionErasure(
            provider.GetRequiredService<CustomerOrders>(), provider.GetRequiredService<PersonalDataErasure>()));
        return services;
    }
}
