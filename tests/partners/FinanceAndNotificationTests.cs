using System.Net;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The finance team pays sellers; the notification team keeps what it sent.</summary>
public sealed class FinanceAndNotificationTests
{
    [Test]
    public async Task A_payout_is_accepted_and_completed_by_webhook()
    {
        await using var teams = await Neighbourhood.StartAsync();

        var accepted = await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        var completed = teams.Receiver.All.Single();
        Assert.That(completed.Type, Is.EqualTo("finance.payout-completed"));
        Assert.That(completed.Event.GetProperty("subject").GetString(), Is.EqualTo("po-1"));
        Assert.That(completed.Data.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "payoutId", "sellerId", "amount", "paidAt" }));
    }

    [Test]
    public async Task A_payout_is_made_once_but_one_that_failed_may_be_asked_for_again()
    {
        await using var teams = await Neighbourhood.StartAsync();
        teams.Partners.Scenarios.Add(new PayoutRule("s-1", "계좌 정보 오류", Count: 1));

        await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();
        var again = await PayOutAsync(teams, "po-1", "s-1");
        await teams.SettleAsync();
        var third = await PayOutAsync(teams, "po-1", "s-1");

        Assert.That((again.Status, third.Status), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Conflict)));
        Assert.That(teams.Receiver.TypesOf("finance"), Is.EqualTo(new[] { "finance.payout-failed", "finance.payout-completed" }));
        Assert.That(teams.Receiver.All[0].Data.GetRawText(), Is.EqualTo("""{"payoutId":"po-1","sellerId":"s-1","reason":"계좌 정보 오류"}"""));
    }

    [Test]
    public async Task A_payout_has_one_tax_invoice()
    {
        await using var teams = await Neighbourhood.StartAsync();

        var first = await teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-1", commission = 100_000 });
        var second = await teams.PostAsync("/finance/tax-invoices", new { payoutId = "po-1", sellerId = "s-1", commission = 100_000 });

        Assert.That((first.Status, second.Status), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.Conflict)));
        Assert.That(teams.Partners.Books.TaxInvoices.Single().Commission, Is.EqualTo(100_000));
    }

    [Test]
    public async Task Notifications_are_kept_with_receiver_template_order_and_key()
    {
        await using var teams = await Neighbourhood.StartAsync();

        var accepted = await teams.PostAsync(
            "/notification/notifications", new { to = "m-1", template = "order-placed", data = new { orderId = "o-1", amount = 104_500 } }, "o-1/order-placed");

        Assert.That(accepted.Status, Is.EqualTo(HttpStatusCode.Accepted));
        var sent = teams.Partners.Books.Notifications.Single();
        Assert.That((sent.To, sent.Template, sent.OrderId, sent.Key), Is.EqualTo(("m-1", "order-placed", "o-1", "o-1/order-placed")));
        Assert.That(sent.Data.GetProperty("amount").GetInt64(), Is.EqualTo(104_500));
    }

    private static Task<Reply> PayOutAsync(Neighbourhood teams, string payoutId, string sellerId) =>
        teams.PostAsync("/finance/payouts", new { payoutId, sellerId, amount = 900_000, statementIds = new[] { "st-1" } });
}
