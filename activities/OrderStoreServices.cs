using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Activities.Store.Keys;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Activities.Store.Received;

namespace OrderOrchestration.Activities;

/// <summary>Registers the order store (contract §4).</summary>
public static class OrderStoreServices
{
    /// <summary>Whether a program upgrades the PostgreSQL schema when it opens the database; default false.</summary>
    public const string UpgradesItself = "Store:UpgradesItself";

    /// <summary>
    /// PostgreSQL where <c>ConnectionStrings:Orders</c> is set, else the SQLite file <c>orders.db</c> in <c>Data:Directory</c> (default <c>.data</c>).
    /// A SQLite file is brought up to date before any other hosted service starts; a PostgreSQL schema is only checked, unless
    /// <c>Store:UpgradesItself</c> is true (<c>dev/host</c>). A database that is not usable stops the host with a one-line error.
    /// </summary>
    public static IServiceCollection AddOrderStore(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(OrderDatabase)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddPersonalData(configuration);
        services.AddSingleton(_ => Open(configuration));
        services.AddSingleton<OrderStore>();
        services.AddSingleton<IOrderStore>(provider => provider.GetRequiredService<OrderStore>());
        services.AddSingleton<IOrderTimeline>(provider => provider.GetRequiredService<OrderStore>());
        services.AddSingleton<OrderQueries>();
        services.AddSingleton<IOrderQueries>(provider => provider.GetRequiredService<OrderQueries>());
        services.AddSingleton<IShipmentTracking, ShipmentTracking>();
        services.AddSingleton<IOrderEvents, OrderEvents>();
        services.AddSingleton<IRefundQueries, RefundQueries>();
        services.AddSingleton<IIdempotencyStore, IdempotencyStore>();
        services.AddSingleton<ICartStore, CartStore>();
        services.AddSingleton<IAddressStore, AddressStore>();
        services.AddSingleton<IReceivedEvents, ReceivedEvents>();
        services.AddSingleton<IProductEventQueue, ProductEventQueue>();
        services.AddSingleton<IGuestTokens, GuestTokens>();
        services.AddSingleton(provider => new GuestOrders(
            provider.GetRequiredService<OrderDatabase>(),
            provider.GetRequiredService<IKeyRing>(),
            provider.GetRequiredService<TimeProvider>(),
            configuration[GuestOrders.KeySetting]));
        services.AddSingleton<IGuestOrders>(provider => provider.GetRequiredService<GuestOrders>());
        services.AddSingleton<IUnpaidOrders, UnpaidOrders>();
        services.AddSingleton<INotificationOutbox, NotificationOutbox>();
        services.AddSingleton<ISubscriberQueues, SubscriberQueues>();
        services.AddSingleton<IDeadLetters, DeadLetters>();
        services.AddSingleton<ISettlementStore, SettlementStore>();
        services.AddSingleton<IPayoutStore, PayoutStore>();
        services.AddSingleton<ISettlementQueries, SettlementQueries>();
        services.AddSingleton<IReconciliationStore, ReconciliationStore>();
        services.AddSingleton<IReconciliationQueries, ReconciliationQueries>();
        services.AddHostedService<StoreUpgrade>();
        return services;
    }

    private static OrderDatabase Open(IConfiguration configuration)
    {
        var postgreSql = configuration.GetConnectionString("Orders");
        return string.IsNullOrWhiteSpace(postgreSql)
            ? OrderDatabase.Sqlite(Path.Combine(configuration["Data:Directory"] ?? ".data", "orders.db"))
            : OrderDatabase.PostgreSql(postgreSql, configuration.GetValue<bool>(UpgradesItself));
    }

    private sealed class StoreUpgrade(OrderDatabase database) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => database.EnsureReadyAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
