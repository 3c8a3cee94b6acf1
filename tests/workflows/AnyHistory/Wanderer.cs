using System.Linq.Expressions;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Truths;
using OrderOrchestration.Tests.Workflows.Worlds;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.AnyHistory;

/// <summary>Takes an order through a history, and judges the truths after every move of it.</summary>
internal sealed class Wanderer(OrderWorld world, History history)
{
    private readonly List<WorkflowUpdateHandle<OrderView>> asked = [];
    private readonly OrderRequest request = history.Request(OrderWorld.NewOrderId(), $"m-{100 + (Interlocked.Increment(ref members) % 100)}");
    private PlacedOrder order = null!;

    /// <summary>Here a payment may be approved weeks after it was given up, for time is skipped by days.</summary>
    private static readonly OrderPolicies AlwaysListening = new() { LatePaymentWatch = TimeSpan.FromDays(60) };

    private int returns;
    private static int members;

    /// <returns>The order as it ended.</returns>
    public async Task<OrderView> WanderAsync()
    {
        order = await world.StartAsync(request, AlwaysListening);
        await RestAndJudgeAsync("place");
        foreach (var move in history.Moves)
        {
            await MakeAsync(move);
            await RestAndJudgeAsync(move.ToString());
        }

        world.Teams.Faults.Clear();
        return await EndAsync();
    }

    private Task MakeAsync(Move move) => move switch
    {
        Move.Pay pay => AskAsync(wf => wf.PayAsync(new PayCommand(pay.Method, null))),
        Move.CancelPayment => AskAsync(wf => wf.CancelPaymentAsync()),
        Move.Cancel cancel => AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind", cancel.ByOperator ? "operator:kim" : "customer"))),
        Move.ChangeAddress change => RedirectAsync(request.ShipTo with { PostalCode = change.PostalCode }),
        Move.Confirm => AskAsync(wf => wf.ConfirmAsync()),
        Move.Refund refund => RefundAsync(refund),
        Move.Exchange exchange => ExchangeAsync(exchange),
        Move.Decide decide => DecideAsync(decide.Approved),
        Move.StopSale stop => UnlessOverAsync(order.TellAsync("product.sale-stopped", new { productId = ProductAt(stop.Line), reason = "recall" })),
        Move.TeamsAct act => ActAsync(act.Steps),
        Move.Pass pass => world.SkipAsync(pass.Time),
        Move.Falter falter => FalterAsync(falter),
        _ => throw new InvalidOperationException($"nobody makes {move}"),
    };

    private Task RedirectAsync(ShippingAddress shipTo) => AskAsync(wf => wf.ChangeAddressAsync(shipTo));

    private Task RefundAsync(Move.Refund refund)
    {
        LineQuantity[]? lines = refund.Line is { } line ? [new LineQuantity(ProductAt(line), 1)] : null;
        var command = new RefundCommand($"r-{++returns}", refund.Reason, refund.ReturnRequired, lines);
        return AskAsync(wf => wf.RequestRefundAsync(command));
    }

    private Task ExchangeAsync(Move.Exchange exchange)
    {
        var command = new ExchangeCommand($"x-{++returns}", exchange.Reason, [new LineQuantity(ProductAt(exchange.Line), 1)]);
        return AskAsync(wf => wf.RequestExchangeAsync(command));
    }

    private async Task DecideAsync(bool approved)
    {
        foreach (var refund in order.Stored?.View.Refunds.Where(refund => refund.Status == RefundStatus.AwaitingApproval) ?? [])
        {
            await AskAsync(wf => wf.DecideRefundAsync(new RefundDecision(refund.RefundId, approved, "admin:lee", null)));
        }
    }

    private async Task ActAsync(int steps)
    {
        for (var i = 0; i < steps && world.Teams.Steps.RunNext(order.OrderId) is not null; i++)
        {
            await world.Teams.WhenSettledAsync();
            await order.WhenAtRestAsync();
        }
    }

    private Task FalterAsync(Move.Falter falter)
    {
        world.Teams.Faults.Set(falter.AnswersAreLost
            ? new FaultRule(Count: falter.Calls, LostAnswer: LostAnswer.Abort)
            : new FaultRule(Count: falter.Calls, Status: 503));
        return Task.CompletedTask;
    }

    private static async Task UnlessOverAsync(Task doing)
    {
        try
        {
            await doing;
        }
        catch (RpcException late) when (late.Code == RpcException.StatusCode.NotFound)
        {
            // The order is over: nobody hears.
        }
    }

    /// <summary>Asks, and does not wait for an answer that only the teams' next step can bring.</summary>
    private async Task AskAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> wish)
    {
        try
        {
            await UnlessOverAsync(StartAsync());
        }
        catch (WorkflowUpdateFailedException refused) when (refused.InnerException is ApplicationFailureException)
        {
            // A wish that the order's state does not admit is part of any history.
        }

        async Task StartAsync() => asked.Add(await order.Handle.StartUpdateAsync(wish, new WorkflowUpdateStartOptions(WorkflowUpdateStage.Accepted)));
    }

    private async Task RestAndJudgeAsync(string after)
    {
        var evidence = await order.EvidenceAsync();
        Assert.That(OrderTruths.BreachesOf(evidence), Is.Empty, $"after {after}");
        Assert.That(evidence.View?.Attention, Is.Null, $"after {after}: nothing here needs an operator");
    }

    /// <summary>Everybody does what is left to do: every order ends.</summary>
    private async Task<OrderView> EndAsync()
    {
        for (var round = 0; round < 10 && !await order.WhenAtRestAsync(); round++)
        {
            await DecideAsync(approved: round % 2 == 0);
            await ActAsync(int.MaxValue);
            if (!await order.WhenAtRestAsync())
            {
                await world.SkipAsync(TimeSpan.FromDays(8));
            }
        }

        await RestAndJudgeAsync("everything");
        Assert.That(await order.WhenAtRestAsync(), Is.True, $"the order ends; it stands at {order.Stored?.Describe()}");
        await AnswersAsync();
        return await order.Handle.GetResultAsync();
    }

    /// <summary>Nobody who asked is left without an answer.</summary>
    private async Task AnswersAsync()
    {
        foreach (var wish in asked)
        {
            await PlacedOrder.RefusalOfAsync(wish.GetResultAsync());
        }
    }

    private string ProductAt(int line) => request.Lines[line % request.Lines.Count].ProductId;
}
