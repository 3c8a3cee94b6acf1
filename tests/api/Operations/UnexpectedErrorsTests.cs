using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Tests.Api.Corpus;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api.Operations;

/// <summary>A request that fails by an internal error: what its caller learns, and what an operator finds in the log.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnexpectedErrorsTests
{
    private const string OrderId = "o-unexpected";

    private readonly LoggedErrors errors = new();
    private Func<Exception> failing = () => new InvalidOperationException("a secret of the inside");
    private ApiHost api = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await ApiHost.StartAsync(services =>
        {
            services.AddSingleton<ILoggerProvider>(errors);
            services.AddSingleton<IShipmentTracking>(new FailingTracking(() => failing()));
        });
        await api.Service<IOrderStore>().WriteAsync(new(Snapshots.Of(OrderId, status: OrderStatus.Shipping), [], []), "run-1", CancellationToken.None);
    }

    [TearDown]
    public async Task StopAsync()
    {
        errors.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task The_log_names_route_and_order_and_the_caller_learns_no_internals()
    {
        using var response = await TrackAsync();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("secret"));
        Assert.That(errors.Single(), Does.StartWith($"GET /v1/orders/{{orderId}}/tracking failed for order {OrderId}: "));
    }

    [Test]
    public async Task What_the_program_cannot_finish_because_it_stops_is_503_and_no_error()
    {
        var lifetime = api.Service<IHostApplicationLifetime>();
        failing = () =>
        {
            lifetime.StopApplication();
            return new ObjectDisposedException("store");
        };
        using var response = await TrackAsync();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
        Assert.That(errors, Is.Empty);
    }

    private async Task<HttpResponseMessage> TrackAsync()
    {
        using var customer = api.Customer();
        return await customer.GetAsync(new Uri($"/v1/orders/{OrderId}/tracking", UriKind.Relative));
    }

    private sealed class FailingTracking(Func<Exception> failing) : IShipmentTracking
    {
        public Task AppendAsync(string orderId, string? shipmentId, PartnerEvent received, string? ignoredBecause, CancellationToken cancellationToken) =>
            throw failing();

        public Task<IReadOnlyList<ShipmentScan>> ScansAsync(string orderId, CancellationToken cancellationToken) => throw failing();

        public Task<DateTimeOffset?> LastScanAsync(string orderId, string shipmentId, CancellationToken cancellationToken) => throw failing();
    }
}
