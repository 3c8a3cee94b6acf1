using System.Net;
using System.Text.Json;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Api.Scenarios;

/// <summary>Settlement from end to end: an order is completed, its day settled, its seller paid by the finance team.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WholeSettlementTests
{
    private WholeSystem system = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => system = await WholeSystem.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await system.DisposeAsync();

    [Test]
    [CancelAfter(120_000)]
    public async Task What_a_customer_keeps_is_settled_and_paid_to_its_seller_to_the_won(CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer("m-2");
        using var admin = system.Api.As("admin", "a-1");
        var orderId = await KeepAsync(customer, cancellationToken);
        var today = BusinessDay.Text(BusinessDay.Of(DateTimeOffset.UtcNow));
        using var settled = await admin.PostAsync($"/v1/settlements/{today}", null, null, cancellationToken);
        Assert.That(settled.StatusCode, Is.EqualTo(HttpStatusCode.OK), await settled.Content.ReadAsStringAsync(cancellationToken));
        var statement = (await settled.JsonAsync()).GetProperty("statements")[0];

        Assert.That((statement.Text("sellerId"), statement.Won("sales"), statement.Won("commission")), Is.EqualTo(("s-3", 1_000_000L, 100_000L)));
        Assert.That(statement.GetProperty("lines")[0].Text("orderId"), Is.EqualTo(orderId));

        using var paid = await admin.PostAsync("/v1/payouts", null, "pay", cancellationToken);
        var payoutId = (await paid.JsonAsync()).GetProperty("items")[0].Text("payoutId");
        var payout = await UntilAsync(admin, $"/v1/payouts/{payoutId}", one => one.Text("status") == "completed", cancellationToken);
        Assert.That(payout.Won("amount"), Is.EqualTo(900_000));
        using var seller = system.Api.As("seller", "u-3", "s-3");
        var own = await seller.GetAsync(new Uri("/v1/sellers/s-3/statements", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(own.GetProperty("items")[0].Text("status"), Is.EqualTo("paid"));
        Assert.That(system.Partners.Books.Payouts.Single().Amount, Is.EqualTo(900_000));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (system.Partners.Books.TaxInvoices.Count == 0)
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }

        Assert.That(system.Partners.Books.TaxInvoices.Single().Commission, Is.EqualTo(100_000));
    }

    private async Task<string> KeepAsync(HttpClient customer, CancellationToken cancellationToken)
    {
        var body = new
        {
            memberId = "m-2",
            lines = new[] { new { productId = "p-300", quantity = 1 } },
            shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
            payment = new { method = "card", identityVerificationId = "iv-m-2" },
        };
        using var placed = await customer.PostAsync("/v1/orders", body, Guid.NewGuid().ToString(), cancellationToken);
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), await placed.Content.ReadAsStringAsync(cancellationToken));
        var orderId = (await placed.JsonAsync()).Text("orderId");
        await system.UntilAsync(customer, orderId, "order.delivered", cancellationToken);
        using var confirmed = await customer.PostAsync($"/v1/orders/{orderId}/confirmation", null, null, cancellationToken);
        Assert.That(confirmed.StatusCode, Is.EqualTo(HttpStatusCode.OK), await confirmed.Content.ReadAsStringAsync(cancellationToken));
        return orderId;
    }

    private static async Task<JsonElement> UntilAsync(HttpClient client, string path, Func<JsonElement, bool> isMet, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var found = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken).JsonAsync();
            if (isMet(found))
            {
                return found;
            }

            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }
}
