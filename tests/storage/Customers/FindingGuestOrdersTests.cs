using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Idempotency;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Storage.Customers;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class FindingGuestOrdersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private static readonly OrderPolicies Policies = new() { MinimumOrderAmount = new Won(7_000) };

    [Test]
    public async Task A_guests_orders_are_found_by_its_phone_however_it_is_written_and_by_either_program()
    {
        var (phone, orderId) = (NewPhone(), Orders.NewId());
        await Store<IGuestOrders>().RegisterAsync(orderId, phone, Policies, default);
        await SecondStore<IGuestOrders>().RegisterAsync(orderId, phone, new OrderPolicies(), default);
        var found = await SecondStore<IGuestOrders>().FindAsync("+82 " + phone[1..].Replace("-", " ", StringComparison.Ordinal), "m-1", default);

        Assert.That(found.Single().OrderId, Is.EqualTo(orderId));
        Assert.That(found.Single().Policies.MinimumOrderAmount, Is.EqualTo(new Won(7_000)), "the policies it was placed under first");
        Assert.That(await Store<IGuestOrders>().FindAsync(NewPhone(), "m-1", default), Is.Empty);
    }

    [Test]
    public async Task An_order_is_found_for_the_member_it_belongs_to_and_no_other()
    {
        var (phone, orderId) = (NewPhone(), Orders.NewId());
        await Store<IGuestOrders>().RegisterAsync(orderId, phone, Policies, default);
        await Store<IOrderStore>().WriteAsync(Orders.Record(Snapshots.Of(orderId, "m-1"), 1, "1"), default);

        Assert.That((await Store<IGuestOrders>().FindAsync(phone, "m-1", default)).Single().MemberId, Is.EqualTo("m-1"));
        Assert.That(await Store<IGuestOrders>().FindAsync(phone, "m-2", default), Is.Empty);
    }

    [Test]
    public async Task An_order_that_was_recorded_for_a_guest_is_found_for_every_member_until_one_claims_it()
    {
        var (phone, order) = (NewPhone(), Snapshots.Of(Orders.NewId(), memberId: null));
        await Store<IGuestOrders>().RegisterAsync(order.OrderId, phone, Policies, default);
        await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        Assert.That((await Store<IGuestOrders>().FindAsync(phone, "m-1", default)).Single().MemberId, Is.Null);
        Assert.That((await Store<IGuestOrders>().FindAsync(phone, "m-2", default)).Single().MemberId, Is.Null);
        var claimed = order.Apply(new OrderClaimed(order.UpdatedAt, new ClaimCommand("m-1", "BASIC", null)));
        await Store<IOrderStore>().WriteAsync(Orders.Record(claimed, 2), default);

        Assert.That((await Store<IGuestOrders>().FindAsync(phone, "m-1", default)).Single().MemberId, Is.EqualTo("m-1"));
        Assert.That(await Store<IGuestOrders>().FindAsync(phone, "m-2", default), Is.Empty);
    }

    // Its clock is a month ahead, so it also removes what tests that run beside it have just written.
    [Test]
    [NonParallelizable]
    public async Task After_30_days_an_order_is_no_longer_found_and_its_phone_is_forgotten()
    {
        var (clock, phone) = (new MutableClock(), NewPhone());
        var guests = NewProgram<IGuestOrders>(clock);
        await guests.RegisterAsync(Orders.NewId(), phone, Policies, default);
        clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        var before = await guests.FindAsync(phone, "m-1", default);
        clock.Advance(TimeSpan.FromSeconds(1));
        var after = await guests.FindAsync(phone, "m-1", default);

        Assert.That((before.Count, after.Count), Is.EqualTo((1, 0)));
        var later = new MutableClock();
        later.Advance(TimeSpan.FromDays(31));
        Assert.That(await NewProgram<IIdempotencyStore>(later).PurgeAsync(default), Is.GreaterThan(0));
    }

    [Test]
    public async Task No_phone_is_in_the_table_and_its_hash_needs_the_key()
    {
        const string phone = "010-9876-5432";
        var orderId = Orders.NewId();
        await Store<IGuestOrders>().RegisterAsync(orderId, phone, Policies, default);
        await using var keyed = NewProgram(new ConfigurationBuilder().AddConfiguration(Configuration)
            .AddInMemoryCollection([new("Guests:PhoneKey", "a key that only the programs know")]).Build());
        var row = await ReadHashAsync(orderId);

        Assert.That(row, Has.Length.EqualTo(64).And.Not.Contain("9876"));
        Assert.That(await keyed.GetRequiredService<IGuestOrders>().FindAsync(phone, "m-1", default), Is.Empty, "another key finds nothing");
    }

    [Test]
    public async Task A_key_that_is_too_short_to_be_one_is_refused()
    {
        await using var program = NewProgram(new ConfigurationBuilder().AddConfiguration(Configuration)
            .AddInMemoryCollection([new("Guests:PhoneKey", "short")]).Build());
        Assert.That(() => program.GetRequiredService<IGuestOrders>(), Throws.InvalidOperationException.With.Message.Contains("Guests:PhoneKey"));
    }

    private async Task<string> ReadHashAsync(string orderId)
    {
        await using var connection = await ConnectAsync(Configuration);
        return (await connection.ExecuteScalarAsync<string>("SELECT phone_hash FROM guest_orders WHERE order_id = @orderId", new { orderId }))!;
    }

    private static string NewPhone() => "010-" + string.Concat(Guid.NewGuid().ToByteArray().Take(8).Select(part => (char)('0' + (part % 10))));
}
