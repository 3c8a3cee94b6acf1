using System.Text.Json;
using CsCheck;
using OrderOrchestration.Tests.Unit.Model;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>Invariant 10 (domain §5): an order can be resumed from its stored snapshot at any moment.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SnapshotTests
{
    private static IReadOnlyList<string> EveryPhase => Phases.All;

    [TestCaseSource(nameof(EveryPhase))]
    public void Invariant_10_a_snapshot_is_read_back_as_it_was_written(string phase)
    {
        var order = Phases.At(phase).Order;

        var taken = Read(order);

        Assert.That(Json(taken), Is.EqualTo(Json(order)));
        Assert.That(Json(taken.View()), Is.EqualTo(Json(order.View())));
        Assert.That((taken.Status, taken.LedgerTotals, taken.IsAtRest), Is.EqualTo((order.Status, order.LedgerTotals, order.IsAtRest)));
    }

    [TestCaseSource(nameof(EveryPhase))]
    public void Invariant_10_events_have_the_same_effect_on_an_order_that_was_read_from_its_snapshot(string phase)
    {
        var scenario = Phases.At(phase);
        PartnerEvent[] all =
        [
            Payment.Approved(1, 100_000), Payment.Declined(1), Payment.Refunded("staff-1", 5_000), Logistics.Says("logistics.delivered", "o-1-1"),
            Logistics.PickedUp(scenario.Order, "r-1"), Team.SaleStopped("p-1"),
        ];

        foreach (var received in all)
        {
            var lived = Apply(scenario.Order, received);
            var taken = Apply(Read(scenario.Order), received);
            Assert.That(Json(taken), Is.EqualTo(Json(lived)));
        }
    }

    [Test]
    public void Invariant_10_after_any_history_a_snapshot_is_read_back_as_it_was_written() => RandomOrders.Histories.Sample(
        random =>
        {
            var history = new RefundHistory(random.Order, isCompared: false);
            foreach (var act in random.Acts)
            {
                history.Play(act);
            }

            return Json(Read(history.Order)) == Json(history.Order);
        },
        iter: 500);

    [Test]
    public void A_new_order_has_no_money_and_no_goods()
    {
        var order = Phases.At("new").Order;

        Assert.That((order.Status, order.CardLeft.Amount, order.Ledger.Count, order.IsAtRest), Is.EqualTo((OrderStatus.Placed, 0L, 0, false)));
        Assert.That(Json(order.View()), Does.Contain("\"orderId\":\"o-1\""));
    }

    [TestCaseSource(nameof(EveryPhase))]
    public void The_description_of_an_order_holds_no_personal_data_in_any_phase(string phase)
    {
        var words = OrderDescription.Of(Phases.At(phase).Order);

        Assert.That(words, Is.Not.Empty.And.Not.Contains("김주문").And.Not.Contains("010-1234"));
    }

    private static Order Apply(Order order, PartnerEvent received) =>
        PartnerEvents.Apply(order, received, OrderSpecification.Start.AddDays(1)).Aggregate(order, (state, change) => state.Apply(change));

    private static Order Read(Order order) => JsonSerializer.Deserialize<Order>(Json(order), OrderJson.Options)!;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, OrderJson.Options);
}
