using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Storage.Customers;

/// <summary>A guest's token ends when a member claims the order, and when the order's data is erased.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class GuestTokensTests(DatabaseKind kind) : StoreFixture(kind)
{
    private IGuestTokens Tokens => Store<IGuestTokens>();

    [Test]
    public async Task A_token_opens_its_order_before_and_after_the_order_has_a_row_until_it_is_claimed()
    {
        var orderId = "o-" + Guid.NewGuid();
        var token = await Tokens.IssueAsync(orderId, default);
        Assert.That(await SecondStore<IGuestTokens>().OrderOfAsync(token, default), Is.EqualTo(orderId), "accepted, not written yet");
        var order = Snapshots.Of(orderId, memberId: null);
        await Store<IOrderStore>().WriteAsync(Orders.Record(order, 1), default);
        Assert.That(await Tokens.OrderOfAsync(token, default), Is.EqualTo(orderId));
        await Store<IOrderStore>().WriteAsync(
            Orders.Record(order.Apply(new OrderClaimed(order.UpdatedAt, new ClaimCommand("m-1", "BASIC", null))), 2), default);
        Assert.That(await Tokens.OrderOfAsync(token, default), Is.Null);
    }

    [Test]
    public async Task A_revoked_token_opens_nothing_and_others_go_on()
    {
        var (one, other) = ("o-" + Guid.NewGuid(), "o-" + Guid.NewGuid());
        var (first, second, others) = (await Tokens.IssueAsync(one, default), await Tokens.IssueAsync(one, default), await Tokens.IssueAsync(other, default));
        await Tokens.RevokeAsync(one, default);

        Assert.That(await Tokens.OrderOfAsync(first, default), Is.Null);
        Assert.That(await Tokens.OrderOfAsync(second, default), Is.Null);
        Assert.That(await Tokens.OrderOfAsync(others, default), Is.EqualTo(other));
    }
}
