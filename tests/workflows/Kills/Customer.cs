using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Kills;

/// <summary>A customer of the chaos run: places an order and sends one kind of command, whether or not a worker is running.</summary>
internal sealed class Customer(ChaosHarness harness, string orderId, int number)
{
    /// <summary>Short enough for the test to wait out, long enough for every command to be in time without faults.</summary>
    private static readonly OrderPolicies Hasty = new()
    {
        PaymentTimeout = TimeSpan.FromSeconds(5),
        ReservationTtl = TimeSpan.FromMinutes(2),
        ReservationExpiryNotice = TimeSpan.FromSeconds(20),
        AutoConfirmAfter = TimeSpan.FromMinutes(5),
        ReturnWindow = TimeSpan.FromMinutes(5),
    };

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(5);

    private string MemberId => $"m-{100 + (number % 100)}";

    /// <summary>Which of the eight kinds of customer this is.</summary>
    private int Kind => number % 8;

    /// <returns>The kind of customer, for the test's output.</returns>
    public async Task<string> LiveAsync(CancellationToken cancellationToken)
    {
        await harness.StartOrderAsync(Request(), Hasty);
        try
        {
            return await (Kind switch
            {
                0 => KeepAsync("kept", cancellationToken),
                1 => CancelAsync(view => view.Payments.Count > 0, "cancelled while paying", cancellationToken),
                2 => CancelAsync(view => view.Status >= OrderStatus.Preparing, "cancelled while shipping", cancellationToken),
                3 => ReturnAsync("returned in part", [new LineQuantity(Request().Lines[0].ProductId, 1)], cancellationToken),
                4 => ReturnAsync("returned whole", null, cancellationToken),
                5 => ExchangeAsync(cancellationToken),
                6 => PayAgainAsync(cancellationToken),
                _ => Task.FromResult("never received"),
            });
        }
        catch (WorkflowUpdateFailedException refused) when (refused.InnerException is ApplicationFailureException)
        {
            return "came too late";
        }
    }

    private OrderRequest Request()
    {
        var plain = Requests.Combined(orderId) with { MemberId = MemberId, DeliveryNote = Kind == 7 ? "#wrong-address" : "" };
        return (number % 3) switch
        {
            0 => plain with { Lines = [new LineQuantity("p-202", 3)], CouponCode = null, Points = new Won(3_000), Payment = Method() },
            1 => plain with { Lines = [new LineQuantity("p-603", 2), new LineQuantity("p-103", 1)], Points = new Won(1_000), Payment = Method() },
            _ => plain with { Lines = [new LineQuantity("p-101", 3)], Payment = Method() },
        };
    }

    private PaymentChoice Method() => new(Kind switch
    {
        4 => "card-slow-refund",
        6 when number % 16 == 6 => "card-no-answer",
        6 => "card-limit-exceeded",
        _ => "card",
    });

    private async Task<string> KeepAsync(string kind, CancellationToken cancellationToken)
    {
        await UntilAsync(view => view.AutoConfirmAt is not null, cancellationToken);
        await AskAsync("confirm", new ConfirmCommand(), cancellationToken);
        return kind;
    }

    private async Task<string> CancelAsync(Func<OrderView, bool> when, string kind, CancellationToken cancellationToken)
    {
        await UntilAsync(when, cancellationToken);
        await AskAsync("cancel", new CancelCommand("changed my mind", "customer"), cancellationToken);
        return kind;
    }

    private async Task<string> ReturnAsync(string kind, LineQuantity[]? lines, CancellationToken cancellationToken)
    {
        await UntilAsync(view => view.ReturnableUntil is not null, cancellationToken);
        var command = new RefundCommand("r-1", RefundReasons.WrongItem, ReturnRequired: number % 2 == 0, lines, number % 2 == 0 ? "customer" : "admin:lee");
        await AskAsync("request-refund", command, cancellationToken);
        return kind;
    }

    private async Task<string> ExchangeAsync(CancellationToken cancellationToken)
    {
        await UntilAsync(view => view.ReturnableUntil is not null, cancellationToken);
        var command = new ExchangeCommand("x-1", RefundReasons.Defective, [new LineQuantity(Request().Lines[0].ProductId, 1)]);
        await AskAsync("request-exchange", command, cancellationToken);
        return "exchanged";
    }

    private async Task<string> PayAgainAsync(CancellationToken cancellationToken)
    {
        await UntilAsync(view => view.Payments is [{ Status: not PaymentStatus.Pending }], cancellationToken);
        await AskAsync("pay", new PayCommand("card"), cancellationToken);
        return await KeepAsync("paid again", cancellationToken);
    }

    private Task<OrderView> AskAsync(string update, object command, CancellationToken cancellationToken) =>
        harness.Runs.UpdateAsync(orderId, update, Guid.NewGuid().ToString(), _ => command, LongestAnswer, cancellationToken);

    private async Task UntilAsync(Func<OrderView, bool> isThere, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await harness.FindAsync(orderId) is not { } view || !(isThere(view) || view.Status == OrderStatus.Cancelled))
        {
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }
}
