using System.Net;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary><c>PUT /scenario</c> happens as a whole or not at all.</summary>
public sealed class ScenarioTests
{
    private static readonly object GoodStock = new { productId = "p-602", warehouseId = "wh-seoul", free = 5 };
    private static readonly object GoodProduct = new { productId = "p-101", price = 16_000, onSale = false };
    private static readonly object GoodMember = new { memberId = "m-3", pointBalance = 5_000, tier = "VIP" };
    private static readonly object GoodPayment = new { outcome = "decline", declineCode = "card-status" };

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return new TestCaseData(HttpStatusCode.NotFound, Change(stock: new { productId = "p-none", warehouseId = "wh-seoul", free = 5 })).SetArgDisplayNames("unknown product in stock");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(stock: new { productId = "p-602", warehouseId = "wh-seoul", free = -1 })).SetArgDisplayNames("stock below zero");
        yield return new TestCaseData(HttpStatusCode.NotFound, Change(product: new { productId = "p-none", onSale = false })).SetArgDisplayNames("unknown product");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(product: new { productId = "p-101", price = 0 })).SetArgDisplayNames("no price");
        yield return new TestCaseData(HttpStatusCode.NotFound, Change(member: new { memberId = "m-none", tier = "VIP" })).SetArgDisplayNames("unknown member");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(member: new { memberId = "m-3", pointBalance = -1 })).SetArgDisplayNames("points below zero");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(payment: new { afterMs = -1 })).SetArgDisplayNames("a payment rule without sense");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(payment: new { approvedAmount = 0 })).SetArgDisplayNames("a payment of nothing");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(refund: new { amount = -1 })).SetArgDisplayNames("a refund rule without sense");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(pickup: new { count = -1 })).SetArgDisplayNames("a pickup rule without sense");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(payout: new { then = "requested" })).SetArgDisplayNames("a payout rule without sense");
        yield return new TestCaseData(HttpStatusCode.BadRequest, Change(shipment: new { trackingUpdates = 101 })).SetArgDisplayNames("a shipment rule without sense");
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task One_part_that_makes_no_sense_changes_nothing(HttpStatusCode expected, object change)
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });

        var reply = await teams.PutAsync("/scenario", change);

        Assert.That(reply.Status, Is.EqualTo(expected), reply.Text);
        Assert.That(await teams.AvailableAsync("p-602"), Is.Zero);
        Assert.That(teams.Partners.Product.Get("p-101"), Has.Property("Price").EqualTo(15_000).And.Property("OnSale").True);
        Assert.That(teams.Partners.Member.Get("m-3"), Has.Property("PointBalance").Zero.And.Property("Tier").EqualTo("BASIC"));
        Assert.That(teams.Partners.Scenarios.Payments, Is.Empty);
        Assert.That(teams.Partners.Webhooks.Deliveries(), Is.Empty);
    }

    [Test]
    public async Task Parts_that_all_make_sense_all_happen()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { StepDelay = StepDelay.Manual });

        var reply = await teams.PutAsync("/scenario", Change());

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Assert.That(await teams.AvailableAsync("p-602"), Is.EqualTo(5));
        Assert.That(teams.Partners.Product.Get("p-101"), Has.Property("Price").EqualTo(16_000).And.Property("OnSale").False);
        Assert.That(teams.Partners.Member.Get("m-3"), Has.Property("PointBalance").EqualTo(5_000).And.Property("Tier").EqualTo("VIP"));
        Assert.That(teams.Partners.Scenarios.Payments, Has.Count.EqualTo(1));
    }

    /// <summary>A change that is good but for the part given, which comes after a good one of its kind.</summary>
    private static object Change(object? stock = null, object? product = null, object? member = null, object? payment = null, object? shipment = null,
        object? refund = null, object? pickup = null, object? payout = null) => new
        {
            refunds = refund is null ? [] : new[] { refund },
            pickups = pickup is null ? [] : new[] { pickup },
            payouts = payout is null ? [] : new[] { payout },
            stock = Both(GoodStock, stock),
            products = Both(GoodProduct, product),
            members = Both(GoodMember, member),
            payments = Both(GoodPayment, payment),
            shipments = shipment is null ? [] : new[] { shipment },
        };

    private static object[] Both(object good, object? given) => given is null ? [good] : [good, given];
}
