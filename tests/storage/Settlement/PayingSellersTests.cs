using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Storage.Settlement;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class PayingSellersTests(DatabaseKind kind) : SettlementFixture(kind)
{
    private static DateOnly Day => Entries.Day;

    private static DateTimeOffset Now => Entries.NoonOf(Day.AddDays(5));

    [Test]
    public async Task Open_statements_of_a_seller_are_paid_in_one_sum_once()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000), Entries.Sale("s-1", 20_000, Day.AddDays(1)), Entries.Sale("s-2", 5_000));
        await SettleAsync(Day);
        await SettleAsync(Day.AddDays(1));
        var opened = await PayAsync("run-1");
        var again = await PayAsync("run-2");
        var payout = await Reader.FindPayoutAsync("po-run-1-s-1", default);

        Assert.That(opened.Select(one => (one.SellerId, one.Amount)), Is.EqualTo(new[] { ("s-1", new Won(27_000)), ("s-2", new Won(4_500)) }));
        Assert.That(again, Is.Empty);
        Assert.That(payout!.StatementIds, Is.EqualTo(new[] { "st-2026-01-15-s-1", "st-2026-01-16-s-1" }));
        Assert.That((payout.Status, payout.Commission, payout.CompletedAt), Is.EqualTo((PayoutStatus.Requested, new Won(3_000), (DateTimeOffset?)null)));
        var statement = await StatementAsync("s-1", Day);
        Assert.That((statement.Status, statement.PayoutId), Is.EqualTo((StatementStatus.Open, "po-run-1-s-1")), "not paid before the bank has");
    }

    [Test]
    public async Task Pages_of_a_run_whose_answers_were_lost_are_answered_again()
    {
        await WriteAsync([.. Enumerable.Range(0, 5).Select(i => Entries.Sale($"s-{i}", 10_000))]);
        await SettleAsync(Day);
        await Payouts.OpenAsync(new OpenPayouts("run-1", null, 2), default);
        await Payouts.OpenAsync(new OpenPayouts("run-1", null, 2), default);
        var opened = await PayAsync("run-1", sellers: 2);

        Assert.That(opened.Select(one => one.SellerId), Is.EqualTo(new[] { "s-0", "s-1", "s-2", "s-3", "s-4" }));
    }

    [Test]
    public async Task Hotspot_21_a_negative_balance_is_carried_forward_until_a_sum_is_above_zero()
    {
        var sale = Entries.Sale("s-1", 30_000);
        await WriteAsync(sale);
        await SettleAsync(Day);
        await EndAsync((await PayAsync("run-1")).Single().PayoutId);
        await WriteAsync(Entries.Refund(sale, Day.AddDays(1)));
        await SettleAsync(Day.AddDays(1));
        var whileNegative = await PayAsync("run-2");
        await WriteAsync(Entries.Sale("s-1", 30_000, Day.AddDays(2)));
        await SettleAsync(Day.AddDays(2));
        var whileZero = await PayAsync("run-3");
        await WriteAsync(Entries.Sale("s-1", 10_000, Day.AddDays(3)));
        await SettleAsync(Day.AddDays(3));
        var above = await PayAsync("run-4");

        Assert.That((whileNegative.Count, whileZero.Count), Is.EqualTo((0, 0)));
        Assert.That(above.Single().Amount, Is.EqualTo(new Won(9_000)));
        Assert.That((await Reader.FindPayoutAsync(above.Single().PayoutId, default))!.StatementIds, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_completed_payout_pays_its_statements_and_notifies_the_seller_once()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000));
        await SettleAsync(Day);
        await NotificationsAsync();
        var payoutId = (await PayAsync("run-1")).Single().PayoutId;
        await EndAsync(payoutId);
        await EndAsync(payoutId);
        var payout = await Reader.FindPayoutAsync(payoutId, default);

        Assert.That((payout!.Status, payout.CompletedAt, payout.FailureReason), Is.EqualTo((PayoutStatus.Completed, (DateTimeOffset?)Now, (string?)null)));
        Assert.That((await StatementAsync("s-1", Day)).Status, Is.EqualTo(StatementStatus.Paid));
        Assert.That(
            await EventTypesAsync(payoutId),
            Is.EqualTo(new[] { "settlement.payout-requested", "finance.payout-completed", "settlement.payout-completed" }));
        Assert.That((await NotificationsAsync()).Select(message => (message.To, message.Template)), Is.EqualTo(new[] { ("seller:s-1", "payout-completed") }));
        Assert.That(await PayAsync("run-2"), Is.Empty);
    }

    [Test]
    public async Task A_failed_payout_says_why_and_its_statements_are_paid_by_the_next_run_under_a_new_id()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000));
        await SettleAsync(Day);
        await NotificationsAsync();
        var failed = (await PayAsync("run-1")).Single();
        await EndAsync(failed.PayoutId, "계좌 정보 오류");
        var sameRun = await PayAsync("run-1");
        var next = (await PayAsync("run-2")).Single();
        await EndAsync(next.PayoutId);

        Assert.That((await Reader.FindPayoutAsync(failed.PayoutId, default))!.FailureReason, Is.EqualTo("계좌 정보 오류"));
        Assert.That(await EventTypesAsync(failed.PayoutId), Does.Contain("settlement.failed"));
        Assert.That((await NotificationsAsync()).Select(message => message.To), Is.EqualTo(new[] { "operators", "seller:s-1" }));
        Assert.That(sameRun.Single(), Is.EqualTo(failed), "one payout a seller and run");
        Assert.That((next.PayoutId, next.Amount), Is.EqualTo(("po-run-2-s-1", new Won(9_000))));
        var statement = await StatementAsync("s-1", Day);
        Assert.That((statement.Status, statement.PayoutId), Is.EqualTo((StatementStatus.Paid, next.PayoutId)));
    }

    [Test]
    public async Task Payouts_are_listed_by_status_newest_first_page_by_page()
    {
        await WriteAsync([.. Enumerable.Range(0, 5).Select(i => Entries.Sale($"s-{i}", 10_000))]);
        await SettleAsync(Day);
        var opened = await PayAsync("run-1");
        await EndAsync(opened[0].PayoutId);
        await EndAsync(opened[1].PayoutId, "refused");

        Assert.That(await IdsAsync(new PayoutFilter(PayoutStatus.Completed)), Is.EqualTo(new[] { opened[0].PayoutId }));
        Assert.That(await IdsAsync(new PayoutFilter(PayoutStatus.Failed)), Is.EqualTo(new[] { opened[1].PayoutId }));
        Assert.That(await IdsAsync(new PayoutFilter(PayoutStatus.Requested, Limit: 2)), Is.EquivalentTo(opened.Skip(2).Select(one => one.PayoutId)));
        Assert.That(await IdsAsync(new PayoutFilter(SellerId: "s-3")), Is.EqualTo(new[] { opened[3].PayoutId }));
        Assert.That(await IdsAsync(new PayoutFilter(Limit: 1)), Is.EquivalentTo(opened.Select(one => one.PayoutId)));
    }

    private async Task<List<string>> IdsAsync(PayoutFilter filter)
    {
        var ids = new List<string>();
        PayoutList page;
        do
        {
            page = await Reader.PayoutsAsync(filter, default);
            ids.AddRange(page.Items.Select(payout => payout.PayoutId));
            filter = filter with { Cursor = page.NextCursor };
        }
        while (page.NextCursor is not null);

        return ids;
    }

    private Task<PayoutVerdict> EndAsync(string payoutId, string? failure = null) =>
        Payouts.EndAsync(new PayoutOutcome(payoutId, Now, failure, $"e-{payoutId}-{failure}"), default);
}
