using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>An intervention leaves view and search attribute of its order when it resolves itself, when its process is no longer needed, and during a retry.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class InterventionsTests : OrderTests
{
    [Test]
    public async Task An_intervention_that_resolves_itself_leaves_the_view_and_the_search_attribute_without_a_recovered_event()
    {
        var order = await PreparedAsync();
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));
        await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.Defective, true, new[] { new LineQuantity("p-101", 1) }, "customer", 0)));
        await Harness.Calls.WhenAsync(() => order.Account.Pickups == 1);
        await order.WhenAtRestAsync();
        await Harness.SkipAsync(OrderHarness.Usual.PickupPatience + TimeSpan.FromMinutes(1));
        var waiting = await order.WhenAsync(stored => stored.View.Attention is { Step: "await-pickup" });
        await order.WhenAtRestAsync();
        Assert.That(await NeedsAttentionAsync(order), Is.True);

        await order.LetAsync("logistics.return-picked-up");
        await order.WhenAsync(stored => stored.View is { Attention: null, Refunds: [{ Status: RefundStatus.Completed }] });
        await order.WhenAtRestAsync();

        Assert.That(await NeedsAttentionAsync(order), Is.False);
        Assert.That(order.Stored!.Has("order.recovered"), Is.False, "no operator resolved it");
        Assert.That(await PlacedOrder.RefusalOfAsync(RecoverAsync(order, waiting.View.Attention!.AttentionId)), Is.EqualTo("not-stuck"));
    }

    [Test]
    public async Task An_intervention_of_a_process_that_is_no_longer_needed_is_closed()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).ByAnotherMember());
        Harness.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await order.LetTeamsActAsync();
        await order.WhenAsync(stored => stored.View.Attention is { Step: "commit-stock" });
        Harness.Teams.Faults.Clear();

        await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));
        await order.WhenAsync(stored => stored.View is { Status: OrderStatus.Cancelled, Attention: null });

        Assert.That((await order.WhenEndedAsync()).Status, Is.EqualTo(OrderStatus.Cancelled));
        Assert.That(order.Stored!.Has("order.recovered"), Is.False, "no operator resolved it");
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task A_retried_intervention_is_not_open_during_the_retry_and_gets_a_new_id_where_it_fails_again()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        Harness.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await order.LetTeamsActAsync();
        var first = (await order.WhenAsync(stored => stored.View.Attention is { Step: "commit-stock" })).View.Attention!;

        Harness.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 503));
        await RecoverAsync(order, first.AttentionId);
        await order.WhenAsync(stored => stored.View.Attention is null);
        Assert.That(await PlacedOrder.RefusalOfAsync(RecoverAsync(order, first.AttentionId)), Is.EqualTo("not-stuck"));

        Harness.Teams.Faults.Set(new FaultRule(Team.Product, Path: "/stock-reservations/*/commit", Status: 400));
        await using var retries = Harness.SkipRetries();
        var second = (await order.WhenAsync(stored => stored.View.Attention is { Step: "commit-stock" })).View.Attention!;
        Assert.That((first.AttentionId, second.AttentionId), Is.EqualTo(("a-1", "a-2")));
        Harness.Teams.Faults.Clear();
        await RecoverAsync(order, second.AttentionId);
        await order.WhenInAsync(OrderStatus.Preparing);
    }

    private static Task<OrderView> RecoverAsync(PlacedOrder order, string attentionId) =>
        order.AskAsync(wf => wf.RecoverAsync(new RecoverCommand("retry", "the team is back", "operator:kim", attentionId, 0)));

    private static async Task<bool?> NeedsAttentionAsync(PlacedOrder order) =>
        (await order.Handle.DescribeAsync()).TypedSearchAttributes.TryGetValue(OrderSearchAttributes.NeedsAttention, out var needed) ? needed : null;

    private async Task<PlacedOrder> PreparedAsync()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).ByAnotherMember());
        await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing));
        return order;
    }
}
