using OrderOrchestration.Activities.Reconciliation;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Reconciliation;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Tests.Storage.Settlement;

/// <summary>What reconciliation (결제 대사) reads and writes: entries of payments beside their orders, days, and differences.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class ReconcilingDaysTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.FromHours(9));

    private IReconciliationStore Days => Store<IReconciliationStore>();

    private IReconciliationQueries Reader => Store<IReconciliationQueries>();

    [Test]
    public async Task The_money_of_an_orders_payments_is_stored_beside_it_once_whatever_is_written_again()
    {
        var order = Snapshots.Of("o-e1", status: OrderStatus.Completed, createdAt: Noon);
        var refunded = Snapshots.Of("o-e1", status: OrderStatus.Delivered, createdAt: Noon, version: 2)
            .WithRefund("r-1", RefundStatus.Completed, Noon)
            .Apply(new ForeignRefundFound(Noon, 1, "staff-1", new Won(1_000), null));
        await WriteAsync(order);
        await WriteAsync(refunded);
        await WriteAsync(refunded with { Version = 3 });

        var entries = (await Days.EntriesAsync(["payment-o-e1", "payment-of-nobody"], default)).Single();
        Assert.That(entries.Key, Is.EqualTo("payment-o-e1"));
        Assert.That(
            entries.Value.Select(entry => (entry.OrderId, entry.Attempt, entry.Kind, entry.RefundId, entry.Amount)),
            Is.EquivalentTo(new[]
            {
                ("o-e1", 1, "charged", (string?)null, 23_000L), ("o-e1", 1, "refunded", "r-1", 10_000L), ("o-e1", 1, "foreign-refund", "staff-1", 1_000L),
            }));
    }

    [Test]
    public async Task An_attempt_that_ended_without_money_and_a_refund_paid_by_hand_are_distinguished_from_money()
    {
        var declined = Snapshots.Of("o-e2", status: OrderStatus.AwaitingPayment, createdAt: Noon).Apply(new PaymentDeclined(Noon, 1, "limit-exceeded", null, null));
        var byHand = Snapshots.Of("o-e3", status: OrderStatus.Delivered, createdAt: Noon).WithRefund("r-1", RefundStatus.Completed, Noon)
            .Apply(new RefundMoneyReturned(Noon, "r-1", new Won(10_000), null, ByHand: true));
        await WriteAsync(declined);
        await WriteAsync(byHand);

        var entries = await Days.EntriesAsync(["payment-o-e2", "payment-o-e3"], default);
        Assert.That(entries["payment-o-e2"].Select(entry => (entry.Kind, entry.Amount)), Is.EqualTo(new[] { ("ended", 0L) }));
        Assert.That(entries["payment-o-e3"].Select(entry => entry.Kind), Is.EqualTo(new[] { "charged" }));
    }

    [Test]
    public async Task Movements_of_a_day_are_paged_and_those_the_list_had_or_that_moved_before_need_no_look()
    {
        var day = new DateOnly(2026, 2, 1);
        var morning = BusinessDay.EndOf(day.AddDays(-1));
        await WriteAsync(Snapshots.Of("o-m1", status: OrderStatus.Completed, createdAt: morning));
        await WriteAsync(Snapshots.Of("o-m2", status: OrderStatus.Delivered, createdAt: morning.AddHours(1)).WithRefund("r-1", RefundStatus.Completed, morning.AddHours(2)));
        await WriteAsync(Snapshots.Of("o-m3", status: OrderStatus.Completed, createdAt: morning.AddDays(1).AddTicks(-10)));
        await WriteAsync(Snapshots.Of("o-m4", status: OrderStatus.Completed, createdAt: morning.AddDays(1)));
        await Days.BeginAsync(day, default);
        await Days.MarkSeenAsync(day, ["payment-o-m1", "payment-of-nobody"], default);
        await Days.MarkSeenAsync(day, ["payment-o-m1"], default);

        var movements = new List<OwnMovement>();
        while (await Days.MovementsAsync(day, movements.LastOrDefault()?.Position, 1, default) is [var movement])
        {
            movements.Add(movement);
        }

        Assert.That(
            movements.Select(movement => (movement.PaymentId, movement.IsSeen)),
            Is.EqualTo(new[] { ("payment-o-m1", true), ("payment-o-m2", false), ("payment-o-m2", true), ("payment-o-m3", false) }));
    }

    [Test]
    public async Task A_comparison_that_begins_anew_has_seen_nothing()
    {
        var day = new DateOnly(2026, 2, 10);
        await WriteAsync(Snapshots.Of("o-s1", status: OrderStatus.Completed, createdAt: BusinessDay.EndOf(day).AddHours(-1)));
        await Days.BeginAsync(day, default);
        await Days.MarkSeenAsync(day, ["payment-o-s1"], default);

        Assert.That(await Days.BeginAsync(day, default), Is.EqualTo(2));
        Assert.That((await Days.MovementsAsync(day, null, 10, default)).Single().IsSeen, Is.False);
    }

    [Test]
    public async Task A_difference_is_new_to_its_day_once_and_shows_as_it_was_found_last()
    {
        var day = new DateOnly(2026, 3, 1);
        var difference = new ReconciliationDifference(
            DifferenceKind.Amount, "o-d1", "pay-1", 1, null, new Won(100), new Won(200), "approved", "approved", DifferenceOutcome.Attention);
        var first = await Days.BeginAsync(day, default);
        Assert.That(await Days.AddDifferenceAsync(day, first, difference, default), Is.True);
        Assert.That(await Days.AddDifferenceAsync(day, first, difference, default), Is.False, "the same page compared again after a crash");
        Assert.That(await Days.AddDifferenceAsync(day, first, difference with { RefundId = "r-1" }, default), Is.True);
        var second = await Days.BeginAsync(day, default);
        Assert.That(await Days.AddDifferenceAsync(day, second, difference with { Theirs = new Won(300) }, default), Is.False);

        Assert.That((await Reader.DifferencesAsync(day, second, 0, 10, default)).Single().Difference, Is.EqualTo(difference with { Theirs = new Won(300) }));
        var events = await Store<IOrderQueries>().EventsOfAsync("o-d1", 0, default);
        Assert.That(events.Count(stored => stored.Event.Type == "reconciliation.difference-found"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_completed_day_shows_its_sums_and_a_late_word_of_an_earlier_run_changes_nothing()
    {
        var day = new DateOnly(2026, 4, 1);
        var totals = new ReconciliationTotals(3, 1, new Won(30), new Won(10), new Won(29), new Won(10), 1);
        var run = await Days.BeginAsync(day, default);
        await Days.CompleteAsync(day, run, totals, default);
        await Days.BeginAsync(day, default);
        await Days.CompleteAsync(day, run, ReconciliationTotals.Nothing, default);

        var found = (await Reader.FindAsync(day, default))!;
        Assert.That((found.Run, found.Status, found.Totals), Is.EqualTo((2, ReconciliationStatus.Running, totals)));
        Assert.That(await Reader.FindAsync(day.AddDays(1), default), Is.Null);
    }

    [Test]
    public async Task Missed_and_failed_days_are_found_and_a_day_compared_before_it_was_over_is_found_again()
    {
        // Its own database: days follow one another.
        var folder = Directory.CreateTempSubdirectory("reconciled-days-");
        var clock = new FixedClock(BusinessDay.EndOf(new DateOnly(2026, 1, 10)).AddHours(4));
        await using (var program = NewProgram(NewDatabase(folder.FullName), clock))
        {
            var days = (IReconciliationStore)program.GetService(typeof(IReconciliationStore))!;
            var tenth = new DateOnly(2026, 1, 10);
            Assert.That(await days.FindDayAsync(null, tenth, default), Is.EqualTo(tenth), "before the first ever there is nothing to catch up");
            await days.CompleteAsync(tenth, await days.BeginAsync(tenth, default), ReconciliationTotals.Nothing, default);
            Assert.That(await days.FindDayAsync(null, tenth, default), Is.Null);

            await days.CompleteAsync(tenth.AddDays(1), await days.BeginAsync(tenth.AddDays(1), default), ReconciliationTotals.Nothing, default);
            Assert.That(await days.FindDayAsync(null, tenth.AddDays(3), default), Is.EqualTo(tenth.AddDays(1)), "it was compared while it ran");
            Assert.That(await days.FindDayAsync(tenth.AddDays(1), tenth.AddDays(3), default), Is.EqualTo(tenth.AddDays(2)));
            await days.FailAsync(new ReconciliationFailure(tenth.AddDays(2), 1, clock.GetUtcNow(), "compare-theirs", "away"), default);
            Assert.That(await days.FindDayAsync(tenth.AddDays(1), tenth.AddDays(3), default), Is.EqualTo(tenth.AddDays(2)), "it failed");
            Assert.That(await days.FindDayAsync(tenth.AddDays(3), tenth.AddDays(3), default), Is.Null);
        }

        folder.Delete(recursive: true);
    }

    private Task<RecordOutcome> WriteAsync(Order order) => Store<IOrderStore>().WriteAsync(new OrderRecord(order, [], []), "run", default);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
