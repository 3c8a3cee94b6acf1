using System.Net;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;

namespace OrderOrchestration.Tests.Storage.Subscribers;

/// <summary>An event that a subscriber refuses becomes a dead letter for an operator, and no later event of its order overtakes it.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class DeadLettersTests(DatabaseKind kind) : SubscriberFixture(kind)
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_dead_letter_holds_its_order_back_until_it_is_delivered_again(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var orderId = await WriteAsync(worker, "1", "2", "3");
        Receiver.Answer = (came, _) => Task.FromResult(came.EventId == "2" ? HttpStatusCode.Gone : HttpStatusCode.OK);
        await worker.RunAsync();
        var letter = await DeadAsync(worker, cancellationToken);
        var other = await WriteAsync(worker, "1");
        await UntilAsync(() => Receiver.TakenOf(other).Count == 1 && IsIdle(worker), cancellationToken);
        Assert.That(Receiver.TakenOf(orderId), Is.EqualTo(new[] { "1" }));
        Assert.That((letter.Subscriber, letter.OrderId, letter.EventId, letter.EventType), Is.EqualTo(("crm", orderId, "2", "order.placed")));
        Assert.That((letter.Attempts, letter.Error), Is.EqualTo((1L, "answered 410")));

        Receiver.Answer = (_, _) => Task.FromResult(HttpStatusCode.OK);
        Assert.That(await Letters(worker).RedeliverAsync("crm", orderId, cancellationToken), Is.True);
        await UntilAsync(() => Receiver.TakenOf(orderId).Count == 3, cancellationToken);
        Assert.That(Receiver.TakenOf(orderId), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(await Letters(worker).RedeliverAsync("crm", orderId, cancellationToken), Is.False, "there is none any more");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_discarded_dead_letter_lets_the_rest_of_its_order_go_on(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var orderId = await WriteAsync(worker, "1", "2", "3");
        Receiver.Answer = (came, _) => Task.FromResult(came.EventId == "2" ? HttpStatusCode.Gone : HttpStatusCode.OK);
        await worker.RunAsync();
        await DeadAsync(worker, cancellationToken);
        await worker.Store<IOrderStore>().WriteAsync(Orders.Record(Snapshots.Of(orderId), 2, "4"), cancellationToken);
        Assert.That(await Letters(worker).DiscardAsync("crm", orderId, cancellationToken), Is.True);
        await UntilAsync(() => Receiver.TakenOf(orderId).Count == 3 && IsIdle(worker), cancellationToken);

        Assert.That(Receiver.TakenOf(orderId), Is.EqualTo(new[] { "1", "3", "4" }));
        Assert.That((await Letters(worker).ListAsync(null, 10, null, cancellationToken)).Items, Is.Empty);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_event_that_fails_for_too_long_becomes_a_dead_letter(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        Receiver.Answer = (_, _) => Task.FromResult(HttpStatusCode.InternalServerError);
        await WriteAsync(worker, "1");
        await worker.RunAsync();
        await UntilAsync(() => Receiver.Came.Count >= 2, cancellationToken);
        Assert.That((await Letters(worker).SubscribersAsync(cancellationToken)).Single(), Is.EqualTo(new SubscriberState("crm", 0, 1, 0)));
        Clock.Advance(TimeSpan.FromDays(3));
        var letter = await DeadAsync(worker, cancellationToken);

        // The second event may not have been tried yet when the time had run out; then it fails last.
        Assert.That(letter.Attempts, Is.GreaterThanOrEqualTo(2));
        Assert.That(letter.DeadSince - letter.FailingSince, Is.GreaterThanOrEqualTo(TimeSpan.FromDays(3)));
        Assert.That((await Letters(worker).SubscribersAsync(cancellationToken)).Single(), Is.EqualTo(new SubscriberState("crm", 0, 0, 1)));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_event_that_fails_after_others_arrived_has_a_retry_time_of_its_own(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var failures = 1;
        Receiver.Answer = (came, _) =>
        {
            if (came.EventId == "1" && failures-- > 0)
            {
                Clock.Advance(TimeSpan.FromDays(2));
                return Task.FromResult(HttpStatusCode.InternalServerError);
            }

            if (came.EventId == "2" && failures-- == -1)
            {
                Clock.Advance(TimeSpan.FromDays(2));
                return Task.FromResult(HttpStatusCode.InternalServerError);
            }

            return Task.FromResult(HttpStatusCode.OK);
        };
        var orderId = await WriteAsync(worker, "1", "2");
        await worker.RunAsync();
        await UntilAsync(() => Receiver.TakenOf(orderId).Count == 2, cancellationToken);
        Assert.That((await Letters(worker).ListAsync(null, 10, null, cancellationToken)).Items, Is.Empty);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Dead_letters_are_listed_oldest_first_by_page_and_all_delivered_again_at_once(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        Receiver.Answer = (_, _) => Task.FromResult(HttpStatusCode.Gone);
        await worker.RunAsync();
        var orders = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            orders.Add(await WriteAsync(worker, "1"));
            await UntilAsync(() => Letters(worker).SubscribersAsync(default).GetAwaiter().GetResult().Single().Dead == i + 1, cancellationToken);
        }

        var first = await Letters(worker).ListAsync("crm", 2, null, cancellationToken);
        var second = await Letters(worker).ListAsync("crm", 2, first.NextCursor, cancellationToken);
        Assert.That(first.Items.Concat(second.Items).Select(letter => letter.OrderId), Is.EqualTo(orders));
        Assert.That(second.NextCursor, Is.Null);
        Assert.That((await Letters(worker).ListAsync("nobody", 2, null, cancellationToken)).Items, Is.Empty);

        Receiver.Answer = (_, _) => Task.FromResult(HttpStatusCode.OK);
        Assert.That(await Letters(worker).RedeliverAllAsync("crm", cancellationToken), Is.EqualTo(3));
        await UntilAsync(() => Receiver.Taken.Count == 3, cancellationToken);
    }

    private static IDeadLetters Letters(SubscriberHost worker) => worker.Store<IDeadLetters>();

    private static async Task<DeadLetter> DeadAsync(SubscriberHost worker, CancellationToken cancellationToken)
    {
        DeadLetter? dead = null;
        await UntilAsync(
            () => (dead = Letters(worker).ListAsync(null, 10, null, default).GetAwaiter().GetResult().Items.SingleOrDefault()) is not null, cancellationToken);
        return dead!;
    }
}
