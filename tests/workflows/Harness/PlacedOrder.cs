using System.Linq.Expressions;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>One order of a test: what is done to it and what can be known of it.</summary>
internal sealed class PlacedOrder(
    OrderHarness harness, string orderId, WorkflowHandle<OrderWorkflow, OrderView> handle, WorkflowUpdateHandle<OrderView> placing)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromSeconds(3.5);

    private readonly OrderRest rest = new(harness, orderId, handle);

    public string OrderId => orderId;

    public WorkflowHandle<OrderWorkflow, OrderView> Handle => handle;

    public OrderAccount Account => harness.Teams.BooksOf(orderId).Order(orderId) ?? OrderInvariants.NoAccount(orderId);

    public Stored? Stored => harness.Store.Find(orderId);

    public Task<OrderView> WhenPlacedAsync() => placing.GetResultAsync();

    /// <summary>Lets time pass until the order has ended by itself.</summary>
    /// <exception cref="TimeoutException">It does not end; the message tells how it stands.</exception>
    public async Task<OrderView> WhenEndedAsync()
    {
        using var timeout = new CancellationTokenSource(LongestWait);
        try
        {
            return await harness.SkippingAsync(() => handle.GetResultAsync(rpcOptions: new RpcOptions { CancellationToken = timeout.Token }));
        }
        catch (Exception e) when (timeout.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            throw await rest.StuckAsync();
        }
    }

    public Task<OrderView> ViewAsync() => handle.QueryAsync(order => order.OrderQuery());

    /// <summary>Asks the order for something and waits for its answer; one at rest is resumed from its snapshot.</summary>
    public async Task<OrderView> AskAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> wish)
    {
        using var pauses = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await AskOnceAsync(wish);
            }
            catch (RpcException closing) when (tries < 20 && closing.Code is RpcException.StatusCode.ResourceExhausted or RpcException.StatusCode.FailedPrecondition)
            {
                // As the API does: the run closes at this moment, or gave the update back.
                await pauses.WaitForNextTickAsync();
            }
        }
    }

    private async Task<OrderView> AskOnceAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> wish)
    {
        try
        {
            return await handle.ExecuteUpdateAsync(wish);
        }
        catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound && Stored is not null)
        {
            var options = OrderRuns.StartOptions(Stored!.Snapshot);
            options.IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate;
            var input = new OrderInput(Stored.Snapshot, null, null);
            var start = WithStartWorkflowOperation.Create((OrderWorkflow order) => order.RunAsync(input), options);
            return await harness.Client.ExecuteUpdateWithStartWorkflowAsync(wish, new WorkflowUpdateWithStartOptions(start));
        }
    }

    /// <summary>Asks the order for something as the API does: with the version that the store has, and for as long as the API waits.</summary>
    /// <param name="updateId">The same id is the same command.</param>
    /// <param name="command">Made of the version of the stored snapshot.</param>
    /// <exception cref="UpdateWithdrawnException">No answer in time: the API's 503.</exception>
    public Task<OrderView> SendAsync(string update, string updateId, Func<long, object> command) =>
        harness.Runs.UpdateAsync(orderId, update, updateId, command, ApiTimeout, default);

    /// <summary>Asks the order for something, and waits only until the Temporal server knows of it: a worker has yet to look at it.</summary>
    public async Task<Task<OrderView>> SendWithoutWaitingAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> wish)
    {
        var id = Guid.NewGuid().ToString();
        var asking = handle.ExecuteUpdateAsync(wish, new WorkflowUpdateOptions { Id = id });
        var poll = new PollWorkflowExecutionUpdateRequest
        {
            Namespace = harness.Client.Options.Namespace,
            UpdateRef = new() { UpdateId = id, WorkflowExecution = new() { WorkflowId = handle.Id } },
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Unspecified },
        };
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            try
            {
                await harness.Client.WorkflowService.PollWorkflowExecutionUpdateAsync(poll, new RpcOptions { CancellationToken = timeout.Token });
                return asking;
            }
            catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
            {
                await looks.WaitForNextTickAsync(timeout.Token);
            }
        }
    }

    public Task<Stored> WhenAsync(Func<Stored, bool> isMet) => harness.Store.WhenAsync(orderId, isMet);

    public Task<Stored> WhenInAsync(OrderStatus status) => WhenAsync(stored => stored.IsIn(status));

    /// <summary>Lets the teams take their next step for this order, and waits until the order has taken note.</summary>
    public async Task<Stored> LetAsync(string eventType, int times = 1)
    {
        await LetTeamsActAsync();
        var stored = await WhenAsync(stored => stored.Types.Count(type => type == eventType) >= times);

        // What was heard is written from within a workflow task; a query is answered once that task is done, so what follows meets an order at rest.
        await ViewAsync();
        return stored;
    }

    /// <summary>Lets the teams take their next step for this order, as soon as they have one.</summary>
    public async Task LetTeamsActAsync()
    {
        await harness.Calls.WhenAsync(() => harness.Teams.Steps.Pending(orderId).Count > 0);
        harness.Teams.Steps.RunNext(orderId);
    }

    /// <summary>Waits until no team holds anything for the order.</summary>
    public async Task WhenNothingIsHeldAsync()
    {
        try
        {
            await WhenAccountIsClearAsync();
        }
        catch (TimeoutException)
        {
            throw await rest.StuckAsync();
        }
    }

    private Task WhenAccountIsClearAsync() => harness.Calls.WhenAsync(() => Account is var books
        && books.CardRefunded == books.CardCharged
        && books.PendingPayments == 0
        && books.PointsRestored == books.PointsUsed
        && books.CouponRestorations == books.CouponRedemptions
        && books.Units.Sum(units => units.Held) == 0
        && books.Units.Sum(units => units.Restored) == books.Units.Sum(units => units.Committed));

    /// <summary>The payment team approves what it was asked for.</summary>
    public Task<Stored> LetPaymentBeApprovedAsync() => LetAsync("payment.approved");

    /// <summary>Another team's event, as it would come from its program.</summary>
    public async Task TellAsync(string type, object data, string? id = null)
    {
        var told = new PartnerEvent(
            id ?? $"{orderId}-{type}-{Guid.NewGuid()}",
            "/teams/" + type.Split('.')[0],
            type,
            orderId,
            DateTimeOffset.UtcNow,
            System.Text.Json.JsonSerializer.SerializeToElement(data, OrderJson.Options));
        await harness.Runs.SignalAsync(orderId, told, default);
        await harness.Store.ReceiveAsync(told.Source, [new ReceivedEvent(told.Id, [], Handed: told)], default);
    }

    /// <summary>From paid to delivered, each event on its own.</summary>
    public async Task<Stored> LetDeliverAsync()
    {
        await LetAsync("logistics.dispatch-started");
        await LetAsync("logistics.dispatched");
        await LetAsync("logistics.shipping-started");
        while (Stored!.View.Status != OrderStatus.Delivered)
        {
            var events = Stored.Events.Count;
            await LetTeamsActAsync();
            await WhenAsync(stored => stored.Events.Count > events);
        }

        return Stored;
    }

    /// <summary>Lets the teams act for this order, step after step, until it is as expected.</summary>
    public async Task<Stored> LetUntilAsync(Func<Stored, bool> isThere)
    {
        try
        {
            while (!isThere(Stored!))
            {
                await harness.Calls.WhenAsync(() => harness.Teams.Steps.Pending(orderId).Count > 0 || isThere(Stored!));

                // What the last step set going comes first: nothing that is waited for is passed over.
                await WhenAtRestAsync();
                var events = Stored!.Events.Count;
                if (!isThere(Stored!) && harness.Teams.Steps.RunNext(orderId) is not null)
                {
                    await WhenAsync(stored => stored.Events.Count > events);
                }
            }
        }
        catch (TimeoutException)
        {
            throw await rest.StuckAsync();
        }

        await WhenAtRestAsync();
        return Stored!;
    }

    /// <inheritdoc cref="OrderRest.WhenAtRestAsync"/>
    public Task<bool> WhenAtRestAsync() => rest.WhenAtRestAsync();

    /// <inheritdoc cref="OrderRest.WhenNothingMovesAsync"/>
    public Task WhenNothingMovesAsync() => rest.WhenNothingMovesAsync();

    /// <inheritdoc cref="OrderRest.WhenClosedAsync"/>
    public Task WhenClosedAsync() => rest.WhenClosedAsync();

    /// <inheritdoc cref="OrderRest.DescribeAsync"/>
    public Task<DescribeWorkflowExecutionResponse> DescribeAsync(CancellationToken cancellationToken) => rest.DescribeAsync(cancellationToken);

    /// <summary>What can be known of the order once it rests.</summary>
    public async Task<ObservedOrder> CollectEvidenceAsync()
    {
        var isOver = await WhenAtRestAsync();
        var books = harness.Teams.BooksOf(orderId);
        return new ObservedOrder(orderId, Stored?.View, Stored?.Events ?? [], books.Order(orderId), books.Notifications, isOver);
    }

    /// <summary>What a refusal tells a program.</summary>
    public static async Task<System.Text.Json.JsonElement> RefusalDetailsOfAsync(Task<OrderView> wish)
    {
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => wish);
        return ((ApplicationFailureException)refused!.InnerException!).Details.ElementAt<System.Text.Json.JsonElement>(0);
    }

    /// <summary>The refusal of a wish, by its slug.</summary>
    public static async Task<string?> RefusalOfAsync(Task wish)
    {
        try
        {
            await wish;
            return null;
        }
        catch (WorkflowUpdateFailedException failure)
        {
            return (failure.InnerException as ApplicationFailureException)?.ErrorType ?? failure.ToString();
        }
    }
}
