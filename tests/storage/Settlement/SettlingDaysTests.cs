using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Tests.Storage.Settlement;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class SettlingDaysTests(DatabaseKind kind) : SettlementFixture(kind)
{
    private static DateOnly Day => Entries.Day;

    [Test]
    public async Task The_seeds_numbers_come_out_to_the_won()
    {
        await WriteAsync(Entries.Sale("s-1", 600_000), Entries.Sale("s-1", 400_000));
        await SettleAsync(Day);
        var statement = await StatementAsync("s-1", Day);

        Assert.That((statement.Sales, statement.Commission, statement.Amount), Is.EqualTo((new Won(1_000_000), new Won(100_000), new Won(900_000))));
        Assert.That((statement.LineCount, statement.Status), Is.EqualTo((2L, StatementStatus.Open)));
    }

    [Test]
    public async Task An_order_written_twice_is_settled_once()
    {
        var sale = Entries.Sale("s-1", 10_000);
        await WriteAsync(sale);
        await WriteAsync(sale);
        await SettleAsync(Day);
        await WriteAsync(sale);
        await SettleAsync(Day.AddDays(1));

        Assert.That((await StatementAsync("s-1", Day)).LineCount, Is.EqualTo(1));
        Assert.That(await Reader.FindStatementAsync("s-1", Day.AddDays(1), default), Is.Null);
    }

    [Test]
    public async Task A_day_ends_at_midnight_in_Seoul()
    {
        var midnight = BusinessDay.EndOf(Day);
        await WriteAsync(Entries.Sale("s-1", 10_000) with { At = midnight.AddTicks(-10) }, Entries.Sale("s-1", 20_000) with { At = midnight });
        await SettleAsync(Day);
        await SettleAsync(Day.AddDays(1));

        Assert.That((await StatementAsync("s-1", Day)).Sales, Is.EqualTo(new Won(10_000)));
        Assert.That((await StatementAsync("s-1", Day.AddDays(1))).Sales, Is.EqualTo(new Won(20_000)));
    }

    [Test]
    public async Task A_day_takes_what_is_in_no_statement_yet_however_old()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000, Day.AddDays(-40)), Entries.Sale("s-1", 20_000));
        await SettleAsync(Day);

        Assert.That((await StatementAsync("s-1", Day)).Sales, Is.EqualTo(new Won(30_000)));
    }

    [Test]
    public async Task A_closed_day_is_never_added_to_and_what_is_committed_late_is_in_the_next()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000));
        var first = await SettleAsync(Day);
        await WriteAsync(Entries.Sale("s-1", 20_000), Entries.Sale("s-2", 5_000));
        var again = await SettleAsync(Day);
        await SettleAsync(Day.AddDays(1));

        Assert.That(again, Is.EqualTo(first));
        Assert.That((await StatementAsync("s-1", Day)).Sales, Is.EqualTo(new Won(10_000)));
        Assert.That(await Reader.FindStatementAsync("s-2", Day, default), Is.Null);
        Assert.That((await StatementAsync("s-1", Day.AddDays(1))).Sales, Is.EqualTo(new Won(20_000)));
        Assert.That((await StatementAsync("s-2", Day.AddDays(1))).Sales, Is.EqualTo(new Won(5_000)));
    }

    [Test]
    public async Task A_crash_between_pages_or_an_answer_that_was_lost_changes_nothing()
    {
        await WriteAsync([.. Enumerable.Range(0, 23).Select(i => Entries.Sale($"s-{i % 5}", 1_000 + i))]);
        for (var crash = 0; crash < 3; crash++)
        {
            // Each time from the beginning, as a workflow whose answers were lost.
            await Days.CloseDayAsync(new CloseDay(Day, 0, 4), default);
        }

        await CloseAsync(Day, lines: 4);
        await Days.CreateStatementsAsync(new CreateStatements(Day, null, 2), default);
        await Days.CreateStatementsAsync(new CreateStatements(Day, null, 2), default);
        var settled = await SettleAsync(Day, lines: 4, sellers: 2);

        Assert.That((settled.Count, settled.Statements), Is.EqualTo((23L, 5L)));
        Assert.That(settled.Amounts.Sales, Is.EqualTo(new Won(Enumerable.Range(0, 23).Sum(i => 1_000L + i))));
    }

    [Test]
    public async Task Hotspot_21_a_refund_after_closing_is_in_the_next_statement_which_may_be_negative()
    {
        var sale = Entries.Sale("s-1", 30_000, sellerDiscount: 1_000);
        await WriteAsync(sale);
        await SettleAsync(Day);
        await WriteAsync(Entries.Refund(sale, Day.AddDays(1)));
        await SettleAsync(Day.AddDays(1));
        var next = await StatementAsync("s-1", Day.AddDays(1));

        Assert.That((next.Sales, next.Refunds, next.Commission, next.Amount), Is.EqualTo((Won.Zero, new Won(29_000), new Won(-2_900), new Won(-26_100))));
        Assert.That((await StatementAsync("s-1", Day)).Amount + next.Amount, Is.EqualTo(Won.Zero));
    }

    [Test]
    public async Task Every_statement_publishes_its_events_and_the_day_its_sum_once()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000), Entries.Sale("s-2", 20_000));
        await SettleAsync(Day);
        await SettleAsync(Day);
        var summary = (await Get<IOrderQueries>().EventsOfAsync("2026-01-15", 0, default)).Single().Event;

        Assert.That(
            await EventTypesAsync(Statement.IdOf(Day, "s-1")),
            Is.EqualTo(new[] { "settlement.commission-calculated", "settlement.seller-amount-fixed", "settlement.statement-created" }));
        Assert.That(summary.Type, Is.EqualTo("settlement.daily-completed"));
        Assert.That(summary.Data.GetProperty("count").GetInt64(), Is.EqualTo(2));
        Assert.That(summary.Data.GetProperty("amount").GetInt64(), Is.EqualTo(27_000));
        var report = (await NotificationsAsync()).Single();
        Assert.That((report.To, report.Template), Is.EqualTo(("operators", "settlement-report")));
        Assert.That(report.Data.GetProperty("statements").GetInt64(), Is.EqualTo(2));
    }

    [Test]
    public async Task Settlement_events_are_in_the_feed_that_others_follow()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000));
        await SettleAsync(Day);
        string[] expected = ["settlement.statement-created", "settlement.daily-completed"];
        var feed = await Feed.ReadUntilAsync(Get<IOrderQueries>(), feed => !expected.Except(feed.Select(stored => stored.Event.Type)).Any());

        Assert.That(feed.Select(stored => stored.Event.Type), Is.SupersetOf(expected));
    }

    [Test]
    public async Task A_day_without_lines_is_settled_with_nothing()
    {
        var settled = await SettleAsync(Day);

        Assert.That((settled.Count, settled.Statements, settled.Amounts.Amount), Is.EqualTo((0L, 0L, Won.Zero)));
        Assert.That((await Reader.FindDayAsync(Day, default))!.SettledAt, Is.Not.Null);
        Assert.That(await Reader.FindDayAsync(Day.AddDays(1), default), Is.Null);
    }

    [Test]
    public async Task Days_that_were_missed_are_found_one_after_the_other_and_none_twice()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000, Day.AddDays(-2)));
        var first = await Days.FindDayToSettleAsync(new FindDay(null, Day), default);
        await SettleAsync(Day.AddDays(-2));
        var second = await Days.FindDayToSettleAsync(new FindDay(null, Day), default);
        var third = await Days.FindDayToSettleAsync(new FindDay(second, Day), default);
        await SettleAsync(Day);
        await SettleAsync(Day.AddDays(300));

        Assert.That((first, second, third), Is.EqualTo(((DateOnly?)Day.AddDays(-2), (DateOnly?)Day.AddDays(-1), (DateOnly?)Day)));
        Assert.That(await Days.FindDayToSettleAsync(new FindDay(null, Day), default), Is.Null, "it was run");
        Assert.That(await Days.FindDayToSettleAsync(new FindDay(null, Day.AddDays(1)), default), Is.EqualTo(Day.AddDays(1)), "a later day run by hand hides none");
    }

    [Test]
    public async Task A_day_whose_run_was_ended_halfway_is_taken_up_whatever_was_settled_after_it()
    {
        await WriteAsync(Entries.Sale("s-1", 10_000), Entries.Sale("s-1", 20_000));
        await Days.CloseDayAsync(new CloseDay(Day, 0, 1), default);
        await SettleAsync(Day.AddDays(1));
        var left = await Days.FindDayToSettleAsync(new FindDay(null, Day.AddDays(1)), default);
        await SettleAsync(Day);

        Assert.That(left, Is.EqualTo(Day));
        Assert.That((await StatementAsync("s-1", Day)).Sales + (await StatementAsync("s-1", Day.AddDays(1))).Sales, Is.EqualTo(new Won(30_000)));
        Assert.That(await Days.FindDayToSettleAsync(new FindDay(null, Day.AddDays(1)), default), Is.Null);
    }

    [Test]
    public async Task A_store_without_any_entry_begins_with_yesterday() =>
        Assert.That(await Days.FindDayToSettleAsync(new FindDay(null, Day), default), Is.EqualTo(Day));

    [Test]
    [CancelAfter(60_000)]
    public async Task Entries_written_while_days_are_run_by_several_at_once_are_each_in_exactly_one_statement(CancellationToken cancellationToken)
    {
        const int orders = 120;
        var writing = Parallel.ForEachAsync(
            Enumerable.Range(0, orders), cancellationToken, async (i, _) => await WriteAsync(Entries.Sale($"s-{i % 7}", 1_000 + i, Day.AddDays(-(i % 3)))));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => SettleAsync(Day.AddDays(i), lines: 5, sellers: 2)).Append(writing));
        await SettleAsync(Day.AddDays(6));

        var totals = await Reader.TotalsAsync(new StatementFilter(), default);
        Assert.That((totals.Lines, totals.Amounts.Sales), Is.EqualTo(((long)orders, new Won(Enumerable.Range(0, orders).Sum(i => 1_000L + i)))));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Invariant_5_every_won_is_in_exactly_one_statement_whatever_day_it_falls_on(int seed)
    {
        var random = new Random(seed);
        var written = new List<SettlementEntry>();
        for (var night = 0; night < 8; night++)
        {
            for (var i = 0; i < 12; i++)
            {
                var sold = Day.AddDays(night - random.Next(3));
                var sale = Entries.Sale($"s-{random.Next(4)}", random.Next(1_000, 2_000_000), sold, sellerDiscount: random.Next(900));
                written.Add(sale);
                await WriteAsync(sale);
                if (random.Next(3) == 0)
                {
                    // Before its night, after it, or never in time for the last one.
                    var refund = Entries.Refund(sale, sold.AddDays(random.Next(4)));
                    written.Add(refund);
                    await WriteAsync(refund);
                }
            }

            if (random.Next(3) > 0)
            {
                await SettleAsync(Day.AddDays(night), lines: random.Next(1, 20), sellers: random.Next(1, 4));
            }
        }

        await SettleAsync(Day.AddDays(30));
        var totals = await Reader.TotalsAsync(new StatementFilter(), default);
        var expected = StatementAmounts.Of(written.Select(EntrySums.Of));

        Assert.That(totals.Lines, Is.EqualTo(written.Count));
        Assert.That(totals.Amounts, Is.EqualTo(expected));
        Assert.That(totals.Amounts.Amount.Amount, Is.EqualTo(written.Sum(entry => entry.Net.Amount)));
    }

    [Test]
    public async Task Pages_of_statements_and_of_lines_add_up_to_their_totals()
    {
        await WriteAsync([.. Enumerable.Range(0, 12).Select(i => Entries.Sale($"s-{i % 4}", 1_000 * (i + 1)))]);
        await SettleAsync(Day);
        await WriteAsync(Entries.Sale("s-1", 500, Day.AddDays(1)));
        await SettleAsync(Day.AddDays(1));

        var met = new List<Statement>();
        string? cursor = null;
        do
        {
            var page = await Reader.StatementsAsync(new StatementFilter(Day: Day, Limit: 3, Cursor: cursor), default);
            met.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        var totals = await Reader.TotalsAsync(new StatementFilter(Day: Day), default);
        Assert.That(met.Select(statement => statement.SellerId), Is.EqualTo(new[] { "s-0", "s-1", "s-2", "s-3" }));
        Assert.That(met.Sum(statement => statement.Amount.Amount), Is.EqualTo(totals.Amounts.Amount.Amount));
        var lines = await Reader.LinesAsync("s-1", Day, 0, 2, default);
        var rest = await Reader.LinesAsync("s-1", Day, lines[^1].Position, 10, default);
        Assert.That(
            StatementAmounts.Of(lines.Concat(rest).Select(line => EntrySums.Of(line.Entry))).Amount, Is.EqualTo((await StatementAsync("s-1", Day)).Amount));
        var own = await Reader.StatementsAsync(new StatementFilter(SellerId: "s-1", From: Day, To: Day.AddDays(1)), default);
        Assert.That(own.Items.Select(statement => statement.Day), Is.EqualTo(new[] { Day.AddDays(1), Day }), "newest first");
    }

    [Test]
    public async Task What_waits_for_an_operator_is_shown_until_it_is_resolved()
    {
        var failure = new SettlementFailure("2026-01-15", "f-1", Entries.NoonOf(Day), "close-day", "the store is away", Day);
        await Days.ReportFailureAsync(failure, default);
        await Days.ReportFailureAsync(failure, default);
        var attention = await Reader.AttentionAsync("2026-01-15", default);
        await Days.ResolveFailureAsync("2026-01-15", default);

        Assert.That((attention!.Step, attention.Error), Is.EqualTo(("close-day", "the store is away")));
        Assert.That(await Reader.AttentionAsync("2026-01-15", default), Is.Null);
        Assert.That(await EventTypesAsync("2026-01-15"), Is.EqualTo(new[] { "settlement.failed" }));
        Assert.That((await NotificationsAsync()).Select(message => message.Template), Is.EqualTo(new[] { "needs-attention" }));
    }
}
