using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Reconciliations;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Tests.Api;

/// <summary>Tests of HTTP alone: the real API over a faked edge to the order workflows. Each test has an API of its own.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class FakedApi
{
    private protected FakeFacts Facts { get; } = new();

    private protected ApiHost Api { get; private set; } = null!;

    private protected FakeOrders Orders => (FakeOrders)Api.Service<IOrderCommands>();

    protected static object OrderBody(string? memberId = "m-1", int quantity = 2) => new
    {
        memberId,
        lines = new[] { new { productId = "p-100", quantity } },
        shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
        payment = new { method = "card" },
    };

    protected static object GuestBody(string phone = "010-1111-1111", int quantity = 2) => new
    {
        guest = new { name = "Kim", phone, email = "kim@example.com" },
        lines = new[] { new { productId = "p-100", quantity } },
        shipTo = new { recipient = "Kim", phone = "010-1111-1111", postalCode = "06236", address1 = "Teheran-ro 1" },
    };

    [SetUp]
    public async Task StartApiAsync() => Api = await ApiHost.StartAsync(Fake);

    [TearDown]
    public async Task StopApiAsync() => await Api.DisposeAsync();

    /// <summary>Puts the fakes in place of the edge.</summary>
    private protected void Fake(IServiceCollection services)
    {
        services.AddSingleton<IOrderFactsSource>(Facts);
        services.AddSingleton<ISettlementCommands, FakeSettlements>();
        services.AddSingleton<IReconciliationCommands, FakeReconciliations>();
        services.AddSingleton<IOrderCommands>(provider => new FakeOrders(provider.GetRequiredService<IOrderStore>()));
    }

    private protected async Task<string> PlaceAsync(string memberId = "m-1")
    {
        using var customer = Api.Customer(memberId);
        using var response = await customer.PostAsync("/v1/orders", OrderBody(memberId), Guid.NewGuid().ToString());
        return (await response.JsonAsync()).Text("orderId");
    }
}
