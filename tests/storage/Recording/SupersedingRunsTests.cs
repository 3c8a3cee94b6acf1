using Dapper;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Storage.Recording;

/// <summary>A run that is behind a snapshot of another run was reset: what it says of the order did not happen.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class SupersedingRunsTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IOrderStore Writer => Store<IOrderStore>();

    [TestCase(20)]
    [TestCase(19)]
    [TestCase(1)]
    public async Task A_record_of_another_run_that_is_not_ahead_of_the_snapshot_writes_nothing_at_all(long version)
    {
        var orderId = Orders.NewId();
        var order = Snapshots.Of(orderId, status: OrderStatus.Delivered);
        await Writer.WriteAsync(Orders.Record(order, 20, "1"), "run-a", default);
        var record = Orders.Record(order.WithRefund("r-" + orderId, RefundStatus.AwaitingApproval, order.UpdatedAt), version, "2") with
        {
            Notifications = [Orders.Notification(orderId)],
            Settlement = [Entries.Sale("s-1", 10_000, orderId: orderId)],
        };
        var outcomes = new[] { await Writer.WriteAsync(record, "run-b", default), await Writer.WriteAsync(record, "run-b", default) };

        Assert.That(outcomes, Has.All.EqualTo(RecordOutcome.Superseded));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "1" }));
        Assert.That(await RowsAsync("notifications", orderId), Is.Zero);
        Assert.That(await RowsAsync("settlement_entries", orderId), Is.Zero);
        Assert.That(await RowsAsync("refunds", orderId), Is.Zero);
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Refunds, Is.Empty);
    }

    [Test]
    public async Task The_same_record_is_written_whole_where_its_run_is_ahead()
    {
        var orderId = Orders.NewId();
        var order = Snapshots.Of(orderId, status: OrderStatus.Delivered);
        await Writer.WriteAsync(Orders.Record(order, 20, "1"), "run-a", default);
        var record = Orders.Record(order.WithRefund("r-" + orderId, RefundStatus.AwaitingApproval, order.UpdatedAt), 21, "2") with
        {
            Notifications = [Orders.Notification(orderId)],
            Settlement = [Entries.Sale("s-1", 10_000, orderId: orderId)],
        };

        Assert.That(await Writer.WriteAsync(record, "run-b", default), Is.EqualTo(RecordOutcome.Written));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(await RowsAsync("notifications", orderId), Is.EqualTo(1));
        Assert.That(await RowsAsync("settlement_entries", orderId), Is.EqualTo(1));
        Assert.That(await RowsAsync("refunds", orderId), Is.EqualTo(1));
    }

    [TestCase(20)]
    [TestCase(19)]
    public async Task A_repeated_workflow_task_replaces_the_snapshot_that_its_lost_attempt_had_written(long version)
    {
        var orderId = Orders.NewId();
        var lost = Snapshots.Of(orderId, status: OrderStatus.Delivered);
        await Writer.WriteAsync(Orders.Record(lost, 20, "1"), "run-a", default);
        var repeated = lost.WithAttention(ProcessNames.Paying, "payment-difference") with { UpdatedAt = lost.UpdatedAt.AddSeconds(1) };

        Assert.That(await Writer.WriteAsync(Orders.Record(repeated, version, "2"), "run-a", default), Is.EqualTo(RecordOutcome.Written));
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Attentions, Has.Count.EqualTo(1));
        Assert.That((await Writer.FindStateAsync(orderId, default))!.Version, Is.EqualTo(version));

        // The lost attempt's own record, written late by a worker that is still running it.
        await Writer.WriteAsync(Orders.Record(lost, version, "1"), "run-a", default);
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Attentions, Has.Count.EqualTo(1));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task A_run_that_is_behind_its_own_snapshot_still_writes_all_but_the_snapshot()
    {
        var orderId = Orders.NewId();
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Paid), 20, "paid"), "run-a", default);
        var earlier = Orders.Record(Snapshots.Of(orderId), 19, "placed") with
        {
            Notifications = [Orders.Notification(orderId)],
            Settlement = [Entries.Sale("s-1", 10_000, orderId: orderId)],
        };

        Assert.That(await Writer.WriteAsync(earlier, "run-a", default), Is.EqualTo(RecordOutcome.Written));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "paid", "placed" }));
        Assert.That(await RowsAsync("notifications", orderId), Is.EqualTo(1));
        Assert.That(await RowsAsync("settlement_entries", orderId), Is.EqualTo(1));
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Version, Is.EqualTo(20));
    }

    [Test]
    public async Task A_run_that_is_ahead_becomes_the_writer_and_the_run_before_it_is_superseded()
    {
        var orderId = Orders.NewId();
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId), 20, "a-20"), "run-a", default);
        var taken = await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Paid), 21, "b-21"), "run-b", default);
        var before = await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Cancelled), 21, "a-21"), "run-a", default);
        var goesOn = await Writer.WriteAsync(Orders.Record(Snapshots.Of(orderId, status: OrderStatus.Confirmed), 22, "b-22"), "run-b", default);

        Assert.That((taken, before, goesOn), Is.EqualTo((RecordOutcome.Written, RecordOutcome.Superseded, RecordOutcome.Written)));
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Status, Is.EqualTo(OrderStatus.Confirmed));
        Assert.That(await EventIdsAsync(orderId), Is.EqualTo(new[] { "a-20", "b-21", "b-22" }));
    }

    [Test]
    public async Task A_writer_of_one_order_supersedes_nobody_at_another()
    {
        var (first, second) = (Orders.NewId(), Orders.NewId());
        await Writer.WriteAsync(Orders.Record(Snapshots.Of(first), 20), "run-a", default);

        Assert.That(await Writer.WriteAsync(Orders.Record(Snapshots.Of(second), 1, "1"), "run-b", default), Is.EqualTo(RecordOutcome.Written));
        Assert.That(await EventIdsAsync(second), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Of_two_runs_that_write_at_once_exactly_what_was_written_has_its_event()
    {
        const int writes = 40;
        var orderId = Orders.NewId();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, writes).Select(number => Task.Run(async () =>
        {
            var store = number % 2 == 0 ? Writer : SecondStore<IOrderStore>();
            var record = Orders.Record(Snapshots.Of(orderId), (number + 1) / 2, $"{number}");
            return (Id: $"{number}", Outcome: await store.WriteAsync(record, number % 2 == 0 ? "run-a" : "run-b", default));
        })));

        var written = outcomes.Where(written => written.Outcome == RecordOutcome.Written).Select(written => written.Id);
        Assert.That(await EventIdsAsync(orderId), Is.EquivalentTo(written));
        Assert.That((await Writer.FindSnapshotAsync(orderId, default))!.Version, Is.EqualTo(writes / 2));
        Assert.That(
            outcomes[^2..].Select(last => last.Outcome),
            Is.EquivalentTo(new[] { RecordOutcome.Written, RecordOutcome.Superseded }),
            "both are at the highest version: the first one is the writer");
    }

    private async Task<IReadOnlyList<string>> EventIdsAsync(string orderId) =>
        [.. (await Store<IOrderQueries>().EventsOfAsync(orderId, 0, default)).Select(stored => stored.Event.Id)];

    private async Task<long> RowsAsync(string table, string orderId)
    {
        await using var connection = await ConnectAsync(Configuration);
        return await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE order_id = @orderId", new { orderId });
    }
}
