using System.Linq.Expressions;
using OrderOrchestration.Partners.Accounting;
using OrderOrchestration.Tests.Truths;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Worlds;

/// <summary>One order of a test: what is done to it and what can be known of it.</summary>
internal sealed class PlacedOrder(
    OrderWorld world, string orderId, WorkflowHandle<OrderWorkflow, OrderView> handle, WorkflowUpdateHandle<OrderView> placing)
{
    public string OrderId => orderId;

    public WorkflowHandle<OrderWorkflow, OrderView> Handle => handle;

    public OrderAccount Account => world.Teams.BooksOf(orderId).Orders.Single();

    public Stored? Stored => world.Store.Find(orderId);

    public Task<OrderView> WhenPlacedAsync() => placing.GetResultAsync();

    /// <summary>Lets time pass until the order has ended by itself.</summary>
    public Task<OrderView> WhenEndedAsync() => world.SkippingAsync(() => handle.GetResultAsync());

    public Task<OrderView> ViewAsync() => handle.QueryAsync(order => order.Order());

    /// <summary>Asks the order for something and waits for its answer.</summary>
    public Task<OrderView> AskAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> wish) => handle.ExecuteUpdateAsync(wish);

    /// <summary>Asks the order for something, and waits only until the Temporal server knows of it: a worker has yet to look at it.</summary>
    public async Task<Task<OrderView>> LeaveWishAsync(Expression<Func<OrderWorkflow, Task<OrderView>>> wish)
    {
        var id = Guid.NewGuid().ToString();
        var asking = handle.ExecuteUpdateAsync(wish, new WorkflowUpdateOptions { Id = id });
        var poll = new PollWorkflowExecutionUpdateRequest
        {
            Namespace = world.Client.Options.Namespace,
            UpdateRef = new() { UpdateId = id, WorkflowExecution = new() { WorkflowId = handle.Id } },
            WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Unspecified },
        };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            try
            {
                await world.Client.WorkflowService.PollWorkflowExecutionUpdateAsync(poll, new RpcOptions { CancellationToken = patience.Token });
                return asking;
            }
            catch (RpcException missing) when (missing.Code == RpcException.StatusCode.NotFound)
            {
                await looks.WaitForNextTickAsync(patience.Token);
            }
        }
    }

    public Task<Stored> WhenAsync(Func<Stored, bool> isMet) => world.Store.WhenAsync(orderId, isMet);

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
        await world.Calls.WhenAsync(() => world.Teams.Steps.Pending(orderId).Count > 0);
        world.Teams.Steps.RunNext(orderId);
    }

    /// <summary>The payment team approves what it was asked for.</summary>
    public Task<Stored> LetPaymentBeApprovedAsync() => LetAsync("payment.approved");

    /// <summary>Another team's event, as it would come from its program.</summary>
    public Task TellAsync(string type, object data, string? id = null) =>
        handle.SignalAsync(order => order.OnPartnerEventAsync(new PartnerEvent(
            id ?? $"{orderId}-{type}-{Guid.NewGuid()}",
            "/teams/" + type.Split('.')[0],
            type,
            orderId,
            DateTimeOffset.UtcNow,
            System.Text.Json.JsonSerializer.SerializeToElement(data, OrderJson.Options))));

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
        while (!isThere(Stored!))
        {
            await world.Calls.WhenAsync(() => world.Teams.Steps.Pending(orderId).Count > 0 || isThere(Stored!));
            var events = Stored!.Events.Count;
            if (world.Teams.Steps.RunNext(orderId) is not null)
            {
                await WhenAsync(stored => stored.Events.Count > events);
            }
        }

        await ViewAsync();
        return Stored!;
    }

    /// <summary>Waits until nothing about the order is under way: whatever comes next is a person, a team or the clock.</summary>
    /// <returns>Whether it is over.</returns>
    public async Task<bool> WhenAtRestAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            await world.Teams.WhenSettledAsync(patience.Token);
            var description = await DescribeAsync(patience.Token);
            if (description is { PendingActivities.Count: 0, PendingWorkflowTask: null })
            {
                return description.WorkflowExecutionInfo.Status != WorkflowExecutionStatus.Running;
            }

            await looks.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>The order's run as the Temporal server keeps it.</summary>
    public Task<DescribeWorkflowExecutionResponse> DescribeAsync(CancellationToken cancellationToken) => world.Client.WorkflowService.DescribeWorkflowExecutionAsync(
        new DescribeWorkflowExecutionRequest { Namespace = world.Client.Options.Namespace, Execution = new() { WorkflowId = handle.Id } },
        new RpcOptions { CancellationToken = cancellationToken });

    /// <summary>What can be known of the order once it rests.</summary>
    public async Task<Evidence> EvidenceAsync()
    {
        var isOver = await WhenAtRestAsync();
        var books = world.Teams.BooksOf(orderId);
        return new Evidence(orderId, Stored?.View, Stored?.Events ?? [], books.Order(orderId), books.Notifications, isOver);
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
