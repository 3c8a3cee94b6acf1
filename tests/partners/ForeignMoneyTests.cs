using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The order team, staff and banks move the money of the same payments at once, refunds fail and end by hand: no won is made or lost.</summary>
public sealed class ForeignMoneyTests
{
    private const int Payments = 12;
    private const int Movers = 8;
    private const int MovesEach = 40;
    private const long Amount = 100_000;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Whoever_moves_money_at_once_the_books_balance_and_the_list_agrees_with_them(int seed)
    {
        await using var teams = await PartnersHarness.StartAsync();
        teams.Partners.Scenarios.Add(new PaymentRule(Refunds: RefundAnswer.Never));
        var paymentIds = await Task.WhenAll(Enumerable.Range(0, Payments).Select(n => teams.PaidAsync($"o-{n}", Amount)));
        foreach (var answer in new[] { RefundAnswer.Immediate, RefundAnswer.ByWebhook, RefundAnswer.Fails })
        {
            teams.Partners.Scenarios.Add(new RefundRule(Answer: answer, Count: Movers * MovesEach / 10));
        }

        await Task.WhenAll(Enumerable.Range(0, Movers).Select(mover => MoveAsync(teams, paymentIds, new Random((seed * 1_000) + mover), mover)));
        await teams.SettleAsync();

        var books = teams.Partners.Books;
        Assert.That(books.Imbalances, Is.Empty);
        var card = books.Totals.Card;
        Assert.That(card.Charged - card.RefundedByOrderTeam - card.RefundedByConsole - card.ChargedBack, Is.EqualTo(card.Kept));
        Assert.That(new[] { card.RefundedByOrderTeam, card.RefundedByConsole, card.ChargedBack, card.RefundsFailed }, Is.All.Positive, "or this shows nothing");
        var listed = await ListAsync(teams);
        Assert.That(listed.Keys, Is.EquivalentTo(paymentIds));
        Assert.That(
            listed, Is.EquivalentTo(books.Orders.SelectMany(o => o.Payments).ToDictionary(p => p.PaymentId, p => p.Refunded)), "the list and the books");
    }

    private static async Task MoveAsync(PartnersHarness teams, string[] paymentIds, Random random, int mover)
    {
        for (var move = 0; move < MovesEach; move++)
        {
            var paymentId = paymentIds[random.Next(paymentIds.Length)];
            var amount = random.Next(1, 5_000);
            var console = $"/console/payments/{paymentId}";
            var reply = random.Next(10) switch
            {
                < 4 => await teams.RefundAsync(paymentId, $"r-{mover}-{move}", amount),
                4 => await teams.PostAsync($"{console}/refunds", new { amount, webhook = random.Next(2) == 0, pending = random.Next(4) == 0 }),
                5 => await teams.PostAsync($"{console}/charge-backs", new { amount }),
                6 or 7 => await EndAsync(teams, paymentId, random, "complete"),
                8 => await EndAsync(teams, paymentId, random, "fail"),
                _ when move > MovesEach - 3 => await teams.PostAsync($"{console}/cancel", new { }),
                _ => await teams.RefundAsync(paymentId, $"r-{mover}-{move}", 2 * Amount),
            };
            Assert.That((int)reply.Status, Is.LessThan(500), reply.Text);
        }
    }

    /// <summary>Ends one of a payment's refunds by hand, whatever became of it before.</summary>
    private static async Task<Reply> EndAsync(PartnersHarness teams, string paymentId, Random random, string how)
    {
        var payment = await teams.GetAsync($"/payment/payments/{paymentId}");
        var refunds = payment["refunds"].EnumerateArray().Select(r => r.GetProperty("refundId").GetString()).ToList();
        return refunds.Count == 0 ? payment : await teams.PostAsync($"/console/payments/{paymentId}/refunds/{refunds[random.Next(refunds.Count)]}/{how}", new { });
    }

    private static async Task<Dictionary<string, long>> ListAsync(PartnersHarness teams)
    {
        var found = new Dictionary<string, long>();
        var cursor = string.Empty;
        do
        {
            var page = await teams.GetAsync($"/payment/payments?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=5{cursor}");
            foreach (var item in page["items"].EnumerateArray())
            {
                found.Add(item.GetProperty("paymentId").GetString()!, item.GetProperty("refundedAmount").GetInt64());
            }

            cursor = page.Json.TryGetProperty("nextCursor", out var next) ? $"&cursor={next.GetString()}" : null;
        }
        while (cursor is not null);

        return found;
    }
}
