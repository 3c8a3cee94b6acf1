using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>Interventions of an order: raised, resolved by an operator, closed once the process has acted on the choice or needs none any more.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class InterventionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.FromHours(9));

    [Test]
    public void A_closed_intervention_is_removed_and_the_others_stay_as_they_are()
    {
        var order = Stuck("a-1", "a-2").Apply(new AttentionResolved(Now, "a-2", "retry", "operator:kim", null));

        var closed = order.Apply(new AttentionClosed(Now, "a-1"));

        Assert.That(closed.Attentions, Is.EqualTo(order.Attentions.Skip(1)));
        Assert.That(closed.View().Attentions, Is.Empty, "one that an operator resolved waits for nobody");
    }

    [Test]
    public void Closing_an_intervention_twice_or_an_unknown_one_changes_nothing()
    {
        var order = Stuck("a-1", "a-2").Apply(new AttentionClosed(Now, "a-1"));

        Assert.That(order.Apply(new AttentionClosed(Now, "a-1")).Attentions, Is.EqualTo(order.Attentions));
        Assert.That(order.Apply(new AttentionClosed(Now, "a-9")).Attentions, Is.EqualTo(order.Attentions));
    }

    [Test]
    public void Closed_interventions_still_count_so_that_no_id_is_used_twice()
    {
        var order = Stuck("a-1", "a-2").Apply(new AttentionClosed(Now, "a-1")).Apply(new AttentionClosed(Now, "a-2"));

        Assert.That((order.Attentions.Count, order.AttentionCount), Is.EqualTo((0, 2)));
    }

    [Test]
    public void An_order_is_at_rest_only_once_its_resolved_intervention_is_closed()
    {
        var completed = Phases.At("completed").Order;
        Assert.That(completed.IsAtRest, Is.True);

        var resolved = Raised(completed, "a-1").Apply(new AttentionResolved(Now, "a-1", "skip", "operator:kim", "agreed by phone"));
        Assert.That((resolved.IsAtRest, resolved.View().Attention), Is.EqualTo((false, (AttentionView?)null)));
        Assert.That(resolved.Apply(new AttentionClosed(Now, "a-1")).IsAtRest, Is.True);
    }

    [Test]
    public void Recovering_a_closed_intervention_is_refused_and_without_an_id_the_oldest_open_one_is_recovered()
    {
        var order = Stuck("a-1", "a-2").Apply(new AttentionClosed(Now, "a-1"));

        Assert.That(RecoveryRules.Recover(order, new RecoverCommand("retry", AttentionId: "a-1"))?.Slug, Is.EqualTo("not-stuck"));
        var resolved = RecoveryRules.Recovered(order, new RecoverCommand("retry"), Now).Single();
        Assert.That((resolved as AttentionResolved)?.AttentionId, Is.EqualTo("a-2"));
    }

    [Test]
    public void An_intervention_is_found_by_its_process_and_its_step()
    {
        var order = Stuck("a-1", "a-2");

        Assert.That(order.AttentionAt("shipment/a-2", "request-shipping")?.AttentionId, Is.EqualTo("a-2"));
        Assert.That(order.AttentionAt("shipment/a-2", "stop-shipment"), Is.Null);
        Assert.That(order.AttentionAt("shipment/a-9", "request-shipping"), Is.Null);
    }

    private static Order Stuck(params string[] ids) => ids.Aggregate(Phases.At("paid").Order, Raised);

    private static Order Raised(Order order, string id) => order.Apply(new AttentionRaised(
        Now, new Attention(id, ProcessNames.Shipment, $"shipment/{id}", "request-shipping", "no answer", ["retry", "skip"], Now)));
}
