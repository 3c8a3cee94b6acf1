namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>Every phase of an order, by name: the states in which each command and each event is tested.</summary>
internal static class Phases
{
    /// <summary>Each phase, and the one that it comes after.</summary>
    public static IReadOnlyDictionary<string, string?> Before { get; } = new Dictionary<string, string?>
    {
        ["new"] = null,
        ["priced"] = "new",
        ["reserved"] = "priced",
        ["paying"] = "reserved",
        ["declined"] = "paying",
        ["paid"] = "paying",
        ["preparing"] = "paid",
        ["dispatched"] = "preparing",
        ["shipping"] = "preparing",
        ["delivered"] = "preparing",
        ["return-awaits-approval"] = "delivered",
        ["return-awaits-pickup"] = "delivered",
        ["refund-asked"] = "return-awaits-pickup",
        ["partly-refunded"] = "refund-asked",
        ["exchanging"] = "delivered",
        ["completed"] = "delivered",
        ["refunded"] = "delivered",
        ["part-cancelled"] = "paid",
        ["cancelled-unpaid"] = "reserved",
        ["cancelling"] = "preparing",
        ["cancelled"] = "cancelling",
    };

    public static IReadOnlyList<string> All { get; } = [.. Before.Keys];

    /// <summary>The simple order (2 × 30,000 and 60,000; 20,000 of it by points) in a phase.</summary>
    public static OrderSpecification At(string phase)
    {
        var order = OrderSpecification.Simple(points: Given.Won(20_000));
        return phase switch
        {
            "new" => order,
            "priced" => order.Priced(),
            "reserved" => order.Reserved(),
            "paying" => order.Paying(),
            "declined" => order.Paying().When(Payment.Declined(1)),
            "paid" => order.Paid(),
            "preparing" => order.Prepared(),
            "dispatched" => order.Dispatched(),
            "shipping" => order.Shipped(),
            "delivered" => order.Delivered(),
            "return-awaits-approval" => order.Delivered().AskRefund("r-1", "defective", [new("p-2", 1)], returnRequired: false),
            "return-awaits-pickup" => order.Delivered().AskRefund("r-1", "change-of-mind", [new("p-1", 1)]),
            "refund-asked" => At("return-awaits-pickup").PickUp("r-1").AskForMoney("r-1"),
            "partly-refunded" => At("refund-asked").Finish("r-1"),
            "exchanging" => order.Delivered().AskExchange("e-1", "defective", new Workflows.Messages.LineQuantity("p-1", 1)),
            "completed" => order.Completed(),
            "refunded" => Refunded(order.Delivered()),
            "part-cancelled" => order.Paid().Cancel(lines: [new("p-1", 1)], cancellationId: "c-1").AskForMoney("c-1").Finish("c-1"),
            "cancelled-unpaid" => order.Reserved().Cancelled(),
            "cancelling" => order.Prepared().Cancelled(),
            "cancelled" => order.Prepared().Cancelled().Stopped(),
            _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "no such phase"),
        };
    }

    private static OrderSpecification Refunded(OrderSpecification order)
    {
        order.Refunded("r-1", "defective");
        return order;
    }
}
