using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities.Settlement;

namespace OrderOrchestration.Activities.Store;

/// <summary>Registers the order store (contract §4).</summary>
public static class OrderStoreServices
{
    /// <summary>
    /// PostgreSQL where <c>ConnectionStrings:Orders</c> is set, else the SQLite file <c>orders.db</c> in <c>Data:Directory</c> (default <c>.data</c>).
    /// The schema is brought up to date before any other hosted service starts; a database that cannot serve stops the host with one clear line.
    /// </summary>
    public static IServiceCollection AddOrderStore(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(OrderDatabase)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => Open(configuration));
        services.AddSingleton<OrderStore>();
        services.AddSingleton<IOrderStore>(provider => provider.GetRequiredService<OrderStore>());
        services.AddSingleton<IOrderTimeline>(provider => provider.GetRequiredService<OrderStore>());
        services.AddSingleton<OrderQueries>();
        services.AddSingleton<IOrderQueries>(provider => provider.GetRequiredService<OrderQueries>());
        services.AddSingleton<IStoredOrders>(provider => provider.GetRequiredService<OrderQueries>());
        services.AddSingleton<IRefundQueries, RefundQueries>();
        services.AddSingleton<IIdempotencyStore, IdempotencyStore>();
        services.AddSingleton<ICartStore, CartStore>();
        services.AddSingleton<IReceivedEvents, ReceivedEvents>();
        services.AddSingleton<IGuestTokens, GuestTokens>();
        services.AddSingleton<IGuestOrders>(provider => new GuestOrders(
            provider.GetRequiredService<OrderDatabase>(), provider.GetRequiredService<TimeProvider>(), configuration[GuestOrders.KeySetting]));
        services.AddSingleton<INotificationOutbox, NotificationOutbox>();
        services.AddSingleton<IEventLanes, EventLanes>();
        services.AddSingleton<IDeadLetters, DeadLetters>();
        services.AddSingleton<ISettlementStore, SettlementStore>();
        services.AddSingleton<IPayoutStore, PayoutStore>();
        services.AddSingleton<ISettlementQueries, SettlementQueries>();
        services.AddHostedService<StoreUpgrade>();
        return services;
    }

    private static OrderDatabase Open(IConfiguration configuration)
    {
        var postgreSql = configuration.GetConnectionString("Orders");
        return string.IsNullOrWhiteSpace(postgreSql)
            ? OrderDatabase.Sqlite(Path.Combine(configuration["Data:Directory"] ?? ".data", "orders.db"))
            : OrderDatabase.PostgreSql(postgreSql);
    }

    private sealed class StoreUpgrade(OrderDatabase database) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => database.UpgradeAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
