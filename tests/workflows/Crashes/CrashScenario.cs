using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Crashes;

/// <summary>A scenario that tolerates a cut of the run at any event: every command is repeated until it is answered, as a client does after a 5xx.</summary>
internal sealed record CrashScenario(string Name, string Method, Func<PlacedOrder, Task> PlayAsync)
{
    private const int MostTries = 50;

    private static readonly LineQuantity[] OneUnit = [new("p-101", 1)];

    /// <summary>The scenarios of the cost table.</summary>
    public static IReadOnlyList<CrashScenario> All { get; } =
    [
        new("happy-path", "card", async order =>
        {
            await DeliverAsync(order);
            await ConfirmAsync(order);
        }),
        new("declined-once", "card-card-status", async order =>
        {
            await order.LetUntilAsync(stored => stored.View.Payments is [{ Status: PaymentStatus.Declined }]);
            await PayAgainAsync(order);
            await DeliverAsync(order);
            await ConfirmAsync(order);
        }),
        new("cancelled-after-payment", "card", async order =>
        {
            await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing));
            await AskAsync(order, "cancel", seen => new CancelCommand("changed my mind", SeenVersion: seen), view => view.Status == OrderStatus.Cancelled);
        }),
        new("partial-return", "card", async order =>
        {
            await DeliverAsync(order);
            await RefundAsync(order, RefundReasons.Defective, returnRequired: true);
            await order.LetUntilAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);
            await ConfirmAsync(order);
        }),
        new("exchange", "card", async order =>
        {
            await DeliverAsync(order);
            await AskAsync(order, "request-exchange", seen => new ExchangeCommand("x-1", RefundReasons.Defective, OneUnit, seen), view => view.Exchanges.Count == 1);
            await order.LetUntilAsync(stored => stored.Has("order.exchange-completed"));
            await ConfirmAsync(order);
        }),
    ];

    /// <summary>Further scenarios, for the random crash runs.</summary>
    public static IReadOnlyList<CrashScenario> More { get; } =
    [
        new("payment-given-up-and-paid-again", "card-no-answer", async order =>
        {
            await AskAsync(order, "cancel-payment", seen => new CancelPaymentCommand(seen), view => view.Payments is [{ Status: PaymentStatus.Cancelled }, ..]);
            await PayAgainAsync(order);
            await DeliverAsync(order);
            await ConfirmAsync(order);
        }),
        new("cancelled-before-payment", "card-no-answer", order =>
            AskAsync(order, "cancel", seen => new CancelCommand("changed my mind", SeenVersion: seen), view => view.Status == OrderStatus.Cancelled)),
        new("partly-cancelled", "card", async order =>
        {
            await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing));
            await AskAsync(
                order,
                "cancel",
                seen => new CancelCommand("one is enough", Lines: OneUnit, CancellationId: "c-1", SeenVersion: seen),
                view => view.Refunds is [{ Reason: "partial-cancellation" }]);

            // Steps that logistics had planned for the stopped parcel do nothing.
            await order.WhenAsync(stored => stored.View.Shipments.Count == 2);
            await order.LetTeamsActAsync();
            await DeliverAsync(order);
            await ConfirmAsync(order);
        }),
        new("moved", "card", async order =>
        {
            await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Preparing));
            var elsewhere = new ShippingAddress("김주문", "010-1111-0001", "48058", "부산시 해운대구");
            await AskAsync(
                order, "change-address", seen => new ChangeAddressCommand(elsewhere, new(true, false), seen), view => view.ShipTo?.PostalCode == elsewhere.PostalCode);
            await DeliverAsync(order);
            await ConfirmAsync(order);
        }),
        new("refund-that-an-admin-approves", "card", async order =>
        {
            await DeliverAsync(order);
            await RefundAsync(order, RefundReasons.Defective, returnRequired: false);
            await AskAsync(
                order,
                "decide-refund",
                seen => new RefundDecision("r-1", true, "admin:lee", "seen", seen),
                view => view.Refunds is [{ Status: not RefundStatus.AwaitingApproval }]);
            await order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);
            await ConfirmAsync(order);
        }),
        new("returned-after-completion", "card", async order =>
        {
            await DeliverAsync(order);
            await ConfirmAsync(order);
            await RefundAsync(order, RefundReasons.Defective, returnRequired: true);
            await order.LetUntilAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);
        }),
    ];

    public override string ToString() => Name;

    private static Task<Stored> DeliverAsync(PlacedOrder order) => order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));

    private static Task ConfirmAsync(PlacedOrder order) =>
        AskAsync(order, "confirm", seen => new ConfirmCommand(seen), view => view.Status == OrderStatus.Completed);

    private static Task PayAgainAsync(PlacedOrder order) => AskAsync(order, "pay", seen => new PayCommand("card", SeenVersion: seen), view => view.Payments.Count == 2);

    private static Task RefundAsync(PlacedOrder order, string reason, bool returnRequired) => AskAsync(
        order, "request-refund", seen => new RefundCommand("r-1", reason, returnRequired, OneUnit, SeenVersion: seen), view => view.Refunds.Count == 1);

    /// <summary>
    /// Asks as the API does until there is an answer: under the same id after a 5xx, under another after a refusal, which may mean that an earlier try, whose
    /// answer was cut off, had been decided.
    /// </summary>
    private static async Task AskAsync(PlacedOrder order, string update, Func<long, object> command, Func<OrderView, bool> isDone)
    {
        using var pauses = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var updateId = $"{update}-{Guid.NewGuid()}";
        for (var tries = 1; ; tries++)
        {
            try
            {
                await order.SendAsync(update, updateId, command);
                if (isDone(order.Stored!.View) || await IsRecordedAsync(order, isDone))
                {
                    return;
                }

                updateId = $"{update}-{Guid.NewGuid()}";
            }
            catch (Exception cut) when (tries < MostTries && cut is RpcException or WorkflowUpdateFailedException or UpdateWithdrawnException)
            {
                if (isDone(order.Stored!.View))
                {
                    return;
                }

                updateId = cut is WorkflowUpdateFailedException ? $"{update}-{Guid.NewGuid()}" : updateId;
            }

            await pauses.WaitForNextTickAsync();
        }
    }

    /// <summary>An answer whose record was not written does not count: the command has not happened.</summary>
    private static async Task<bool> IsRecordedAsync(PlacedOrder order, Func<OrderView, bool> isDone)
    {
        await order.WhenAtRestAsync();
        return isDone(order.Stored!.View);
    }
}
