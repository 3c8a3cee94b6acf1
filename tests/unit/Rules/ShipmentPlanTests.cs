using OrderOrchestration.Workflows.Shipping;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Rules;

[Parallelizable(ParallelScope.All)]
public sealed class ShipmentPlanTests
{
    [Test]
    public void Hotspots_3_and_11_lines_of_one_warehouse_travel_together() =>
        Assert.That(ShipmentPlan.For("o-1", [new("p-1", 1, "w-1"), new("p-2", 2, "w-1")], [], [Line("p-1"), Line("p-2", 2)]).Single().Lines, Is.EqualTo(new[] { Line("p-1"), Line("p-2", 2) }));

    [Test]
    public void Hotspot_9_a_line_split_across_warehouses_travels_in_two_shipments()
    {
        var plan = ShipmentPlan.For("o-1", [new("p-1", 1, "w-1"), new("p-1", 2, "w-2")], [], [Line("p-1", 3)]);

        Assert.That(plan.Select(shipment => (shipment.ShipmentId, shipment.WarehouseId, shipment.Lines[0].Quantity)), Is.EqualTo(new[] { ("o-1-1", "w-1", 1), ("o-1-2", "w-2", 2) }));
    }

    [Test]
    public void A_pre_order_line_travels_on_its_own() =>
        Assert.That(ShipmentPlan.For("o-1", [new("p-1", 1, "w-1")], [Line("p-9")], [Line("p-1"), Line("p-9")]).Select(shipment => shipment.WarehouseId), Is.EqualTo(new[] { "w-1", "pre-order" }));

    [Test]
    public void Hotspot_15a_units_that_were_cancelled_stay_in_the_warehouse()
    {
        var plan = ShipmentPlan.For("o-1", [new("p-1", 2, "w-1"), new("p-1", 2, "w-2")], [Line("p-9", 2)], [Line("p-1", 3), Line("p-9")]);

        Assert.That(
            plan.Select(shipment => (shipment.WarehouseId, shipment.Lines.Single())),
            Is.EqualTo(new[] { ("w-1", Line("p-1", 2)), ("w-2", Line("p-1")), ("pre-order", Line("p-9")) }));
    }

    [Test]
    public void Hotspot_12_parcels_that_are_asked_for_anew_have_numbers_of_their_own() =>
        Assert.That(ShipmentPlan.For("o-1", [new("p-1", 1, "w-1")], [], [Line("p-1")], before: 2).Single().ShipmentId, Is.EqualTo("o-1-3"));
}
