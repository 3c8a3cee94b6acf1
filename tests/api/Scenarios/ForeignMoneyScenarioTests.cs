using System.Globalization;
using System.Net;
using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Api.Scenarios;

/// <summary>
/// A chaos run: foreign money and wrong events at random (lost webhooks, staff refunds, charge-backs, cancelled payments, other amounts, late
/// approvals) while customers pay, cancel and send goods back. Then days are reconciled and operators resolve what waits for them, and both sides' books agree to
/// the won. <c>ORDER_TESTS_FOREIGN_MONEY=orders[,seed]</c> makes it longer.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class ForeignMoneyScenarioTests
{
    private const int Rounds = 120;

    private static readonly string[] Methods =
        ["card", "card", "card", "card-no-webhook", "card-no-webhook", "card-insufficient-balance", "card-approved-after-cancel", "card-slow-refund", "wrong-amount"];

    private static readonly (int Orders, int Seed) Size = Environment.GetEnvironmentVariable("ORDER_TESTS_FOREIGN_MONEY")?.Split(',') is { } wanted
        ? (int.Parse(wanted[0], CultureInfo.InvariantCulture), wanted.Length > 1 ? int.Parse(wanted[1], CultureInfo.InvariantCulture) : Environment.TickCount)
        : (24, 20_260_131);

    private readonly Dictionary<string, string?> settings = new()
    {
        ["OrderPolicies:PaymentTimeout"] = "00:00:08",
        ["OrderPolicies:MaxUnpaidOrders"] = "100",
    };

    private WholeSystem system = null!;

    private static string Today => BusinessDay.Text(BusinessDay.Of(DateTimeOffset.UtcNow));

    [Test]
    [CancelAfter(600_000)]
    public async Task After_foreign_money_and_lost_events_both_sides_books_agree_in_the_end(CancellationToken cancellationToken)
    {
        await TestContext.Out.WriteLineAsync($"{Size.Orders} orders, seed {Size.Seed}");
        system = await WholeSystem.StartAsync(settings: settings);
        await using var stopped = system;
        system.Partners.Faults.Set(
            [new FaultRule(Team.Payment, EventType: "payment.*", Probability: 0.3, Webhooks: new WebhookFault(Lost: true))], Size.Seed);
        var random = new Random(Size.Seed);
        var orders = new List<string>();
        for (var i = 0; i < Size.Orders; i++)
        {
            orders.Add(await PlaceAsync($"m-{100 + i}", Methods[random.Next(Methods.Length)], cancellationToken));
            await DisturbAsync(orders[random.Next(orders.Count)], random, cancellationToken);
        }

        foreach (var orderId in orders)
        {
            await DisturbAsync(orderId, random, cancellationToken);
        }

        system.Partners.Faults.Clear();
        await SettleAsync(orders, cancellationToken);

        Assert.That(system.Partners.Books.Imbalances, Is.Empty, "the payment team's own books");
    }

    /// <summary>One thing that somebody does to an order: the payment team's staff, a bank, or its customer. What its state does not admit is refused.</summary>
    private async Task DisturbAsync(string orderId, Random random, CancellationToken cancellationToken)
    {
        await system.Partners.WhenSettledAsync(cancellationToken);
        using var staff = system.Api.As("admin", "a-1");
        var console = system.Partners.Payment.Console;
        var paymentId = system.Partners.BooksOf(orderId).Order(orderId)?.Payments is [.., var last] ? last.PaymentId : null;
        var (what, amount, webhook) = (random.Next(7), random.Next(1, 12_000), random.Next(2) == 0);
        try
        {
            switch (what)
            {
                case 0 when paymentId is not null:
                    console.Refund(paymentId, new ConsoleRefundRequest(amount, Webhook: webhook));
                    break;
                case 1 when paymentId is not null:
                    console.ChargeBack(paymentId, new ConsoleRefundRequest(amount, Webhook: webhook));
                    break;
                case 2 when paymentId is not null:
                    console.Cancel(paymentId, new ConsoleRequest(Webhook: webhook));
                    break;
                case 3:
                    await PostAsync(staff, orderId, "cancellation", new { reason = "changed my mind" }, cancellationToken);
                    break;
                case 4:
                    await PostAsync(staff, orderId, "confirmation", null, cancellationToken);
                    break;
                case 5:
                    await PostAsync(
                        staff, orderId, "refunds", new { reason = webhook ? "defective" : "change-of-mind", lines = new[] { new { productId = "p-101", quantity = 1 } } }, cancellationToken);
                    break;
            }
        }
        catch (RefusalException)
        {
            // More than is left, or nothing was paid: the console refuses.
        }
    }

    /// <summary>
    /// Reconciles and resolves until a day's comparison finds nothing any more, nothing waits, and both sides' books agree. They may not yet in the round in
    /// which an attempt timed out: the payment team can approve it after that, and the order learns of it by an event.
    /// </summary>
    private async Task SettleAsync(IReadOnlyList<string> orders, CancellationToken cancellationToken)
    {
        // An attempt that nobody decides is pending until its time-out, however fast the nights follow each other.
        using var nights = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var round = 1; ; round++)
        {
            var day = await ReconcileAsync(cancellationToken);
            await system.Partners.WhenSettledAsync(cancellationToken);
            var waiting = 0;
            foreach (var orderId in orders)
            {
                waiting += await ResolveAsync(orderId, cancellationToken);
            }

            var left = day.GetProperty("differences").EnumerateArray().Select(one => one.ToString()).ToList();
            await TestContext.Out.WriteLineAsync($"round {round}: {left.Count} differences, {waiting} waiting");
            if (left.Count == 0 && waiting == 0)
            {
                left = await DisagreementsAsync(orders, cancellationToken);
                if (left.Count == 0)
                {
                    var sums = day.GetProperty("sums");
                    Assert.That(sums.GetProperty("ours").ToString(), Is.EqualTo(sums.GetProperty("theirs").ToString()));
                    return;
                }
            }

            Assert.That(round, Is.LessThan(Rounds), $"differences stay: {string.Join("; ", left)}");
            await nights.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>An operator or an administrator resolves what waits for them.</summary>
    /// <returns>How much waited, or is under way.</returns>
    private async Task<int> ResolveAsync(string orderId, CancellationToken cancellationToken)
    {
        using var staff = system.Api.As("admin", "a-1");
        var order = await staff.GetAsync(new Uri($"/v1/orders/{orderId}", UriKind.Relative), cancellationToken).JsonAsync();
        var attentions = order.GetProperty("attentions").EnumerateArray().ToList();
        foreach (var attention in attentions)
        {
            var actions = attention.GetProperty("actions").EnumerateArray().Select(action => action.GetString()).ToList();
            var action = actions.Contains("compensate") ? "compensate" : actions.Contains("end") ? "end" : "retry";
            await PostAsync(
                staff, orderId, "recovery", new { action, note = "settled by the chaos run", attentionId = attention.Text("attentionId") }, cancellationToken);
        }

        var refunds = order.GetProperty("refunds").EnumerateArray().ToList();
        foreach (var refund in refunds.Where(refund => refund.Text("status") == "awaiting-approval"))
        {
            using var decided = await staff.PostAsync($"/v1/refunds/{refund.Text("refundId")}/approval", new { approved = true, note = "fine" }, null, cancellationToken);
        }

        var open = refunds.Count(refund => refund.Text("status") is "awaiting-approval" or "awaiting-pickup" or "processing");
        var pending = order.GetProperty("payments").EnumerateArray().Count(payment => payment.Text("status") == "pending");
        return attentions.Count + open + pending;
    }

    /// <summary>Orders whose ledger and the payment team's books do not say the same, to the won, or whose goods left although they were not paid.</summary>
    private async Task<List<string>> DisagreementsAsync(IReadOnlyList<string> orders, CancellationToken cancellationToken)
    {
        using var staff = system.Api.As("admin", "a-1");
        var found = new List<string>();
        foreach (var orderId in orders)
        {
            var ledger = await staff.GetAsync(new Uri($"/v1/orders/{orderId}/ledger", UriKind.Relative), cancellationToken).JsonAsync();
            var totals = ledger.GetProperty("totals");
            var account = system.Partners.BooksOf(orderId).Order(orderId)!;
            var agrees = (totals.Won("charged"), totals.Won("refunded") + totals.Won("foreignRefunded")) == (account.CardCharged, account.CardRefunded);
            var paid = ledger.GetProperty("entries").EnumerateArray().Any(entry => entry.Text("kind") == "committed");
            if (!agrees || account.CardRefunded > account.CardCharged || (account.Units.Sum(units => units.Shipped) > 0 && !paid))
            {
                found.Add($"{orderId}: charged {account.CardCharged}, refunded {account.CardRefunded}, {ledger}");
            }
        }

        return found;
    }

    private async Task<string> PlaceAsync(string memberId, string method, CancellationToken cancellationToken)
    {
        using var customer = system.Api.Customer(memberId);
        var body = new
        {
            memberId,
            lines = new[] { new { productId = "p-101", quantity = 2 } },
            shipTo = new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" },
        };
        using var placed = await customer.PostAsync("/v1/orders", body, Guid.NewGuid().ToString(), cancellationToken);
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created), await placed.Content.ReadAsStringAsync(cancellationToken));
        var orderId = (await placed.JsonAsync()).Text("orderId");
        if (method == "wrong-amount")
        {
            system.Partners.Scenarios.Add(new PaymentRule(OrderId: orderId, ApprovedAmount: 100));
        }

        await PostAsync(customer, orderId, "payments", new { method = method == "wrong-amount" ? "card" : method }, cancellationToken);
        return orderId;
    }

    private async Task<JsonElement> ReconcileAsync(CancellationToken cancellationToken)
    {
        using var admin = system.Api.As("admin", "a-1");
        using var asked = await admin.PostAsync($"/v1/reconciliations/{Today}", null, null, cancellationToken);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var day = await asked.JsonAsync();
        while (day.Text("status") == "running")
        {
            await looks.WaitForNextTickAsync(cancellationToken);
            day = await admin.GetAsync(new Uri($"/v1/reconciliations/{Today}?limit=1000", UriKind.Relative), cancellationToken).JsonAsync();
        }

        Assert.That(day.Text("status"), Is.EqualTo("completed"), day.ToString());
        return day;
    }

    private static async Task PostAsync(HttpClient client, string orderId, string what, object? body, CancellationToken cancellationToken)
    {
        using var answer = await client.PostAsync($"/v1/orders/{orderId}/{what}", body, Guid.NewGuid().ToString(), cancellationToken);
        Assert.That((int)answer.StatusCode, Is.LessThan(500), await answer.Content.ReadAsStringAsync(cancellationToken));
    }
}
