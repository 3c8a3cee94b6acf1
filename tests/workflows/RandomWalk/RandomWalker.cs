using System.Linq.Expressions;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.RandomWalk;

/// <summary>Takes an order through a history, and checks the invariants after every move of it.</summary>
internal sealed class RandomWalker(OrderHarness harness, History history)
{
    private readonly OrderRequest request = history.Request(OrderHarness.NewOrderId(), $"m-{100 + (Interlocked.Increment(ref members) % 100)}");
    private PlacedOrder order = null!;

    /// <summary>Time is skipped by days while the teams do nothing. These timeouts never elapse here, so that every intervention is a fault.</summary>
    private static readonly OrderPolicies Patient = new()
    {
        PickupPatience = TimeSpan.FromDays(3_650),
        ParcelPatience = TimeSpan.FromDays(3_650),
        RefundPatience = TimeSpan.FromDays(3_650),
    };

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(20);

    private int returns;
    private static int members;

    /// <returns>The order as it ended.</returns>
    public async Task<OrderView> WalkAsync()
    {
        order = await harness.StartAsync(request, Patient);
        await RestAndJudgeAsync("place");
        foreach (var move in history.Moves)
        {
            await MakeAsync(move);
            await RestAndJudgeAsync(move.ToString());
        }

        harness.Teams.Faults.Clear();
        return await EndAsync();
    }

    private Task MakeAsync(Move move) => move switch
    {
        Move.Pay pay => PayAsync(new PayCommand(pay.Method)),
        Move.CancelPayment => AskAsync(wf => wf.CancelPaymentAsync()),
        Move.Cancel cancel => AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind", cancel.ByOperator ? "operator:kim" : "customer"))),
        Move.ChangeAddress change => RedirectAsync(request.ShipTo with { PostalCode = change.PostalCode }),
        Move.Confirm => AskAsync(wf => wf.ConfirmAsync()),
        Move.Refund refund => RefundAsync(refund),
        Move.Exchange exchange => ExchangeAsync(exchange),
        Move.Decide decide => DecideAsync(decide.Approved),
        Move.StopSale stop => order.Stored is null
            ? Task.CompletedTask
            : order.TellAsync("product.sale-stopped", new { productId = ProductAt(stop.Line), reason = "recall" }),
        Move.TeamsAct act => ActAsync(act.Steps),
        Move.Pass pass => harness.SkipAsync(pass.Time),
        Move.Falter falter => FalterAsync(falter),
        _ => throw new InvalidOperationException($"nobody makes {move}"),
    };

    private Task PayAsync(PayCommand command) => AskAsync(wf => wf.PayAsync(command));

    private Task RedirectAsync(ShippingAddress shipTo)
    {
        var command = new ChangeAddressCommand(shipTo, new ServiceabilityFact(shipTo.PostalCode != "99999", Remote: false));
        return AskAsync(wf => wf.ChangeAddressAsync(command));
    }

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
        for (var i = 0; i < steps && harness.Teams.Steps.RunNext(order.OrderId) is not null; i++)
        {
            await harness.Teams.WhenSettledAsync();
            await order.WhenAtRestAsync();
        }
    }

    private Task FalterAsync(Move.Falter falter)
    {
        harness.Teams.Faults.Set(falter.AnswersAreLost
            ? new FaultRule(Count: falter.Calls, LostAnswer: LostAnswer.Abort)
            : new FaultRule(Count: falter.Calls, Status: 503));
        return Task.CompletedTask;
    }

    /// <summary>Sends a command and waits for its answer, which never depends on what another team has yet to do.</summary>
    private async Task AskAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> command)
    {
        try
        {
            await order.AskAsync(command).WaitAsync(LongestAnswer);
        }
        catch (WorkflowUpdateFailedException refused) when (refused.InnerException is ApplicationFailureException)
        {
            // A history may hold commands that the order's state does not admit.
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound && order.Stored is null)
        {
            // A refused order does not exist.
        }
    }

    private async Task RestAndJudgeAsync(string after)
    {
        var observed = await order.CollectEvidenceAsync();
        Assert.That(OrderInvariants.BreachesOf(observed), Is.Empty, $"after {after}");
        Assert.That(observed.View?.Attention, Is.Null, $"after {after}: nothing here needs an operator");
    }

    /// <summary>Operators and teams do what is left to do, and the order ends.</summary>
    private async Task<OrderView> EndAsync()
    {
        for (var round = 0; round < 10 && !await order.WhenAtRestAsync(); round++)
        {
            await DecideAsync(approved: round % 2 == 0);
            await ActAsync(int.MaxValue);
            if (!await order.WhenAtRestAsync())
            {
                await harness.SkipAsync(TimeSpan.FromDays(8));
            }
        }

        await RestAndJudgeAsync("everything");
        Assert.That(await order.WhenAtRestAsync(), Is.True, $"the order ends; it is at {order.Stored?.Describe()}");
        return await order.Handle.GetResultAsync();
    }

    private string ProductAt(int line) => request.Lines[line % request.Lines.Count].ProductId;
}
