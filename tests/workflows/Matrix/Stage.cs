using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.Matrix;

/// <summary>How far an order has come when a team goes away.</summary>
/// <param name="Request">What is ordered.</param>
/// <param name="ReachAsync">Brings an order to the stage while all teams are there.</param>
internal sealed record Stage(string Name, Func<string, OrderRequest> Request, Func<PlacedOrder, Task> ReachAsync)
{
    /// <summary>Being placed: an order stays in this stage only while a team is away.</summary>
    public static Stage Placing { get; } = new("being placed", Combined, _ => Task.CompletedTask);

    /// <summary>Asking for the parcel fails for good: it waits for an operator.</summary>
    public static Stage Stuck { get; } = new("stuck", Combined, async order =>
    {
        await order.LetPaymentBeApprovedAsync();
        await order.WhenAsync(stored => stored.View.Attention is not null);
    });

    public static IReadOnlyList<Stage> All { get; } =
    [
        Placing,
        new("not paid", orderId => Combined(orderId) with { Payment = null }, order => order.WhenInAsync(OrderStatus.StockReserved)),
        new("being paid", Combined, order => order.WhenInAsync(OrderStatus.AwaitingPayment)),
        new("preparing", Combined, order => order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing))),
        Stuck,
        new("shipped", Combined, order => order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Shipping))),
        new("delivered", Combined, DeliveredAsync),
        new("refund to be approved", Combined, async order =>
        {
            await DeliveredAsync(order);
            await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.Defective, false, new[] { new LineQuantity("p-100", 1) }, "customer", 0)));
        }),
        new("exchange open", Combined, async order =>
        {
            await DeliveredAsync(order);
            await order.AskAsync(wf => wf.RequestExchangeAsync(new ExchangeCommand("x-1", RefundReasons.Defective, new[] { new LineQuantity("p-100", 1) }, 0)));
            await order.WhenAtRestAsync();
        }),
        new("completed", Combined, CompletedAsync),
        new("completed by a guest", orderId => Requests.Plain(orderId) with
        {
            MemberId = null,
            Guest = new GuestContact("박손님", "010-9999-0001", "guest@example.com"),
            Lines = [new LineQuantity("p-100", 2)],
        }, CompletedAsync),
    ];

    public override string ToString() => Name;

    /// <summary>Faults that hold orders in this stage before a team goes away; none for most stages.</summary>
    public IEnumerable<FaultRule> Before(string orderId) =>
        this == Stuck ? [new FaultRule(Team.Logistics, "POST", "/shipments", Status: 400, Subject: orderId)] : [];

    private static OrderRequest Combined(string orderId) => Requests.Combined(orderId).ByAnotherMember() with { Points = new Won(1_000) };

    private static Task<Stored> DeliveredAsync(PlacedOrder order) => order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));

    private static async Task CompletedAsync(PlacedOrder order)
    {
        await DeliveredAsync(order);
        await order.AskAsync(wf => wf.ConfirmAsync());
        await order.WhenClosedAsync();
    }
}
