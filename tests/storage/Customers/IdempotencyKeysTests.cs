using System.Text.Json;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Storage.Customers;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class IdempotencyKeysTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private IIdempotencyStore Keys => Store<IIdempotencyStore>();

    [Test]
    public async Task Of_many_requests_that_arrive_together_one_runs()
    {
        var scope = NewScope();
        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Keys : SecondStore<IIdempotencyStore>()).ClaimAsync(scope, "body", $"o-{i}", $"owner-{i}", Lease, default))));

        Assert.That(claims.Count(claim => claim.Outcome == IdempotencyOutcome.Run), Is.EqualTo(1));
        Assert.That(claims.Count(claim => claim.Outcome == IdempotencyOutcome.Running), Is.EqualTo(19));
        Assert.That(claims.Select(claim => claim.ResourceId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_answer_is_given_again()
    {
        var scope = NewScope();
        await Keys.ClaimAsync(scope, "body", "o-1", "first", Lease, default);
        await Keys.CompleteAsync(scope, "first", new byte[] { 1, 2, 3 }, default);
        var again = await Keys.ClaimAsync(scope, "body", "o-2", "second", Lease, default);

        Assert.That(again.Outcome, Is.EqualTo(IdempotencyOutcome.Answered));
        Assert.That(again.Answer.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(again.ResourceId, Is.EqualTo("o-1"));
    }

    [Test]
    public async Task Another_body_under_the_key_is_recognised_running_or_answered()
    {
        var scope = NewScope();
        await Keys.ClaimAsync(scope, "body", "o-1", "first", Lease, default);
        Assert.That((await Keys.ClaimAsync(scope, "other", "o-2", "second", Lease, default)).Outcome, Is.EqualTo(IdempotencyOutcome.OtherBody));
        await Keys.CompleteAsync(scope, "first", new byte[] { 1 }, default);
        Assert.That((await Keys.ClaimAsync(scope, "other", "o-2", "second", Lease, default)).Outcome, Is.EqualTo(IdempotencyOutcome.OtherBody));
    }

    [Test]
    public async Task A_request_whose_process_died_is_taken_up_with_the_same_resource_and_the_dead_one_can_no_longer_answer()
    {
        var scope = NewScope();
        var store = NewProgramWithOwnClock(out var clock);
        await store.ClaimAsync(scope, "body", "o-1", "dead", Lease, default);
        clock.Advance(Lease);
        var takenUp = await store.ClaimAsync(scope, "body", "o-2", "second", Lease, default);
        await store.CompleteAsync(scope, "dead", new byte[] { 9 }, default);
        var third = await store.ClaimAsync(scope, "body", "o-3", "third", Lease, default);

        Assert.That(takenUp, Is.EqualTo(new IdempotencyClaim(IdempotencyOutcome.Run, "o-1")));
        Assert.That(third.Outcome, Is.EqualTo(IdempotencyOutcome.Running));
    }

    [Test]
    public async Task A_released_key_runs_again_at_once()
    {
        var scope = NewScope();
        await Keys.ClaimAsync(scope, "body", "o-1", "first", Lease, default);
        await Keys.ReleaseAsync(scope, "first", default);

        Assert.That(await Keys.ClaimAsync(scope, "body", "o-2", "second", Lease, default), Is.EqualTo(new IdempotencyClaim(IdempotencyOutcome.Run, "o-1")));
    }

    [Test]
    public async Task Keys_are_retained_for_15_days()
    {
        var scope = NewScope();
        var store = NewProgramWithOwnClock(out var clock);
        await store.ClaimAsync(scope, "body", "o-1", "first", Lease, default);
        await store.CompleteAsync(scope, "first", new byte[] { 1 }, default);
        clock.Advance(TimeSpan.FromDays(15) - TimeSpan.FromSeconds(1));
        var before = await store.ClaimAsync(scope, "body", "o-2", "second", Lease, default);
        clock.Advance(TimeSpan.FromSeconds(1));
        var after = await store.ClaimAsync(scope, "other", "o-2", "second", Lease, default);

        Assert.That(before.Outcome, Is.EqualTo(IdempotencyOutcome.Answered));
        Assert.That(after, Is.EqualTo(new IdempotencyClaim(IdempotencyOutcome.Run, "o-2")));
    }

    [Test]
    public async Task Received_events_and_guest_tokens_are_known_again()
    {
        var source = "/teams/" + Guid.NewGuid();
        await Store<IReceivedEvents>().ReceiveAsync(source, [new ReceivedEvent("e-1", [])], default);
        await Store<IReceivedEvents>().ReceiveAsync(source, [new ReceivedEvent("e-1", [])], default);
        Assert.That(await SecondStore<IReceivedEvents>().KnownAsync(source, ["e-1", "e-2"], default), Is.EqualTo(new[] { "e-1" }));

        var handed = new PartnerEvent("e-3", source, "payment.approved", $"o-{Guid.NewGuid()}", DateTimeOffset.UtcNow, JsonSerializer.SerializeToElement(new { attempt = 1 }));
        await Store<IReceivedEvents>().ReceiveAsync(source, [new ReceivedEvent("e-3", [], Handed: handed)], default);
        Assert.That((await SecondStore<IReceivedEvents>().UnappliedAsync(handed.Subject, default)).Select(found => (found.Id, found.Type)), Is.EqualTo(new[] { ("e-3", "payment.approved") }));
        var shown = new ReceivedEvent("e-4", [new TimelineEntry(OrderTimeline.Published(handed.Subject, handed))]);
        await Store<IReceivedEvents>().ReceiveAsync(source, [shown], default);
        Assert.That(await SecondStore<IReceivedEvents>().UnappliedAsync(handed.Subject, default), Is.Empty, "it is on the timeline");

        var token = await Store<IGuestTokens>().IssueAsync("o-7", default);
        Assert.That(await SecondStore<IGuestTokens>().OrderOfAsync(token, default), Is.EqualTo("o-7"));
        Assert.That(await Store<IGuestTokens>().OrderOfAsync(token + "x", default), Is.Null);
    }

    private static string NewScope() => Guid.NewGuid().ToString("N");

    private IIdempotencyStore NewProgramWithOwnClock(out MutableClock clock)
    {
        clock = new MutableClock();
        return NewProgram<IIdempotencyStore>(clock);
    }
}
