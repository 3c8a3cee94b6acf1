using System.Net;
using System.Security.Cryptography;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Outbox;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Storage.Subscribers;

/// <summary>Order events on their way to a subscriber: at least once, an order's events in their order, whatever the subscriber or a worker does.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class SubscriberDeliveryTests(DatabaseKind kind) : SubscriberFixture(kind)
{
    [Test]
    [CancelAfter(30_000)]
    public async Task An_event_arrives_as_a_signed_cloudevent(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var orderId = await WriteAsync(worker, "1");
        await worker.RunAsync();
        await UntilAsync(() => Receiver.Taken.Count == 1, cancellationToken);

        var came = Receiver.Taken.Single();
        Assert.That(came.ContentType, Is.EqualTo("application/cloudevents+json"));
        Assert.That((came.OrderId, came.EventId), Is.EqualTo((orderId, "1")));
        Assert.That(came.Event.GetProperty("specversion").GetString(), Is.EqualTo("1.0"));
        Assert.That(came.Event.GetProperty("type").GetString(), Is.EqualTo("order.placed"));
        Assert.That(came.Event.GetProperty("data").GetProperty("note").GetString(), Is.EqualTo("한글"));
        var expected = new[] { Secret, NewSecret }.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret.Span, came.SignedContent)));
        Assert.That(came.Signature, Is.EqualTo(string.Join(' ', expected)), "one signature a secret, while one replaces the other");
        Assert.That(came.MessageId, Does.Match("^evt_[0-9a-f]{32}$"));
        Assert.That(long.Parse(came.Timestamp, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(Clock.GetUtcNow().ToUnixTimeSeconds()).Within(5));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Only_what_is_wanted_and_published_by_us_is_sent(CancellationToken cancellationToken)
    {
        Settings["Subscribers:Crm:Types"] = "order.placed,order.refund-*";
        var worker = await NewWorkerAsync();
        var order = Snapshots.Of(Orders.NewId());
        await worker.Store<IOrderStore>().WriteAsync(
            Orders.Record(order, 1) with
            {
                Events =
                [
                    Orders.Event(order.OrderId, "1"),
                    Orders.Event(order.OrderId, "2", "order.confirmed"),
                    Orders.Event(order.OrderId, "3", "payment.approved", "/teams/payment"),
                    Orders.Event(order.OrderId, "4", "order.refund-completed"),
                    Orders.Event(order.OrderId, "5", "order.completed"),
                ],
            },
            cancellationToken);
        await worker.RunAsync();
        await UntilAsync(() => Receiver.Taken.Count == 2 && IsIdle(worker), cancellationToken);

        Assert.That(Receiver.TakenOf(order.OrderId), Is.EqualTo(new[] { "1", "4" }));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_event_that_fails_holds_back_its_own_order_only_and_comes_again_under_its_id(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var failing = await WriteAsync(worker, "1", "2", "3");
        var mended = false;
        Receiver.Answer = (came, _) =>
            Task.FromResult(came.OrderId == failing && came.EventId == "2" && !mended ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        var other = await WriteAsync(worker, "1", "2", "3");
        await worker.RunAsync();
        await UntilAsync(() => Receiver.TakenOf(other).Count == 3 && Receiver.Came.Count(came => came.EventId == "2" && came.OrderId == failing) >= 3, cancellationToken);
        Assert.That(Receiver.TakenOf(failing), Is.EqualTo(new[] { "1" }));
        mended = true;
        await UntilAsync(() => Receiver.TakenOf(failing).Count == 3, cancellationToken);

        Assert.That(Receiver.TakenOf(failing), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That(Receiver.Came.Where(came => came.OrderId == failing && came.EventId == "2").Select(came => came.MessageId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_subscriber_that_is_slow_with_one_order_is_quick_with_others(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var slow = await WriteAsync(worker, "1", "2");
        var hangs = true;
        Receiver.Answer = async (came, token) =>
        {
            if (came.OrderId == slow && hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }

            return HttpStatusCode.OK;
        };
        var others = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            others.Add(await WriteAsync(worker, "1", "2"));
        }

        await worker.RunAsync();
        await UntilAsync(() => others.All(order => Receiver.TakenOf(order).Count == 2) && Receiver.Came.Count(came => came.OrderId == slow) >= 2, cancellationToken);
        Assert.That(Receiver.TakenOf(slow), Is.Empty);
        hangs = false;
        await UntilAsync(() => Receiver.TakenOf(slow).Count == 2, cancellationToken);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_event_whose_answer_is_lost_comes_again_under_its_id_before_the_next(CancellationToken cancellationToken)
    {
        var worker = await NewWorkerAsync();
        var lost = 2;
        Receiver.Answer = (came, _) => came.EventId == "1" && lost-- > 0
            ? throw new HttpRequestException("the connection broke")
            : Task.FromResult(HttpStatusCode.OK);
        var orderId = await WriteAsync(worker, "1", "2");
        await worker.RunAsync();
        await UntilAsync(() => Receiver.TakenOf(orderId).Contains("2"), cancellationToken);

        Assert.That(Receiver.TakenOf(orderId), Is.EqualTo(new[] { "1", "1", "1", "2" }));
        Assert.That(Receiver.Taken.Select(came => came.MessageId).Distinct().Count(), Is.EqualTo(2), "who has seen an id may pass it over");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Several_workers_deliver_each_event_once_and_each_orders_events_in_order_while_orders_are_written(CancellationToken cancellationToken)
    {
        const int rounds = 15;
        var three = new[] { await NewWorkerAsync(), await NewWorkerAsync(), await NewWorkerAsync() };
        foreach (var worker in three)
        {
            await worker.RunAsync();
        }

        var orders = Enumerable.Range(0, 12).Select(_ => Snapshots.Of(Orders.NewId())).ToList();
        await Task.WhenAll(orders.Select((order, i) => Task.Run(
            async () =>
            {
                for (var round = 1; round <= rounds; round++)
                {
                    await three[i % 3].Store<IOrderStore>().WriteAsync(Orders.Record(order, round, $"{round}-a", $"{round}-b"), cancellationToken);
                }
            },
            cancellationToken)));
        await UntilAsync(() => Receiver.Taken.Count >= orders.Count * rounds * 2 && IsIdle(three[0]), cancellationToken);

        foreach (var order in orders)
        {
            Assert.That(
                Receiver.TakenOf(order.OrderId), Is.EqualTo(Enumerable.Range(1, rounds).SelectMany(round => new[] { $"{round}-a", $"{round}-b" })), order.OrderId);
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_worker_that_stops_midway_is_followed_by_another_and_no_event_is_missed(CancellationToken cancellationToken)
    {
        var first = await NewWorkerAsync();
        var orders = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            orders.Add(await WriteAsync(first, "1", "2", "3", "4"));
        }

        var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Receiver.Answer = async (_, token) =>
        {
            if (Receiver.Came.Count >= 15)
            {
                halfway.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }

            return HttpStatusCode.OK;
        };
        await first.RunAsync();
        await halfway.Task.WaitAsync(cancellationToken);
        await first.StopAsync();
        Receiver.Answer = (_, _) => Task.FromResult(HttpStatusCode.OK);
        var second = await NewWorkerAsync();
        await second.RunAsync();
        await UntilAsync(() => orders.All(order => Receiver.TakenOf(order).Contains("4")) && IsIdle(second), cancellationToken);

        Assert.That(orders.Select(Receiver.TakenOf), Has.All.EqualTo(new[] { "1", "2", "3", "4" }), "each once: nobody waited for a lease to end");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task What_a_dead_worker_had_claimed_is_delivered_by_another_when_the_lease_ends(CancellationToken cancellationToken)
    {
        var dead = await NewWorkerAsync();
        var orderId = await WriteAsync(dead, "1", "2");
        await UntilAsync(
            () => dead.Store<ISubscriberQueues>().FollowAsync("crm", _ => true, 10, default).GetAwaiter().GetResult() == 2, cancellationToken);
        var held = (await dead.Store<ISubscriberQueues>().ClaimAsync("crm", "dead", 10, TimeSpan.FromMinutes(2), cancellationToken)).Single();
        var worker = await NewWorkerAsync();
        await worker.RunAsync();
        var other = await WriteAsync(worker, "1");
        await UntilAsync(() => Receiver.TakenOf(other).Count == 1, cancellationToken);
        Assert.That(Receiver.TakenOf(orderId), Is.Empty, "not before the lease ends");
        Clock.Advance(TimeSpan.FromMinutes(2));
        await UntilAsync(() => Receiver.TakenOf(orderId).Count == 2, cancellationToken);

        Assert.That(await dead.Store<ISubscriberQueues>().ArrivedAsync(held, held.Last, TimeSpan.FromMinutes(2), cancellationToken), Is.False, "its word counts no more");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_subscriber_receives_events_from_its_first_configuration_on_and_resumes_where_it_was(CancellationToken cancellationToken)
    {
        Settings["Subscribers:Crm:Types"] = "cart.*";
        var early = await NewWorkerAsync();
        await WriteAsync(early, "before");

        // An event that is not in the feed yet counts as later than the configuration.
        await Feed.ReadUntilAsync(early.Store<IOrderQueries>(), feed => feed.Count > 0);
        Settings["Subscribers:Late:Url"] = "http://late.test/";
        Settings["Subscribers:Late:Secret"] = Convert.ToBase64String(Secret.Span);
        Settings["Subscribers:Late:Types:0"] = "order.placed";
        var worker = await NewWorkerAsync();
        var orderId = await WriteAsync(worker, "after");
        var again = await NewWorkerAsync();
        await again.RunAsync();
        await UntilAsync(() => Receiver.Taken.Count == 1 && IsIdle(again), cancellationToken);

        Assert.That(Receiver.Taken.Select(came => (came.OrderId, came.EventId)), Is.EqualTo(new[] { (orderId, "after") }));
    }
}
