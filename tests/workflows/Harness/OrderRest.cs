using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>Waits until an order's run has nothing left to do, and says how one stands that does not get there.</summary>
internal sealed class OrderRest(OrderHarness harness, string orderId, WorkflowHandle<OrderWorkflow, OrderView> handle)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private Stored? Stored => harness.Store.Find(orderId);

    /// <summary>Waits until nothing about the order is under way: whatever comes next is a person, a team or the clock.</summary>
    /// <returns>Whether it is over.</returns>
    public async Task<bool> WhenAtRestAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            await harness.Teams.WhenSettledAsync(timeout.Token);
            var description = await DescribeAsync(timeout.Token);
            if (description is { PendingActivities.Count: 0, PendingWorkflowTask: null })
            {
                return description.WorkflowExecutionInfo.Status != WorkflowExecutionStatus.Running;
            }

            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    /// <summary>Waits until nothing about the order is under way but calls that wait to be tried again, for their team is away.</summary>
    public async Task WhenNothingMovesAsync()
    {
        using var timeout = new CancellationTokenSource(LongestWait);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        try
        {
            while (true)
            {
                await harness.Teams.WhenSettledAsync(timeout.Token);
                var run = await DescribeAsync(timeout.Token);
                if (run.WorkflowExecutionInfo.Status != WorkflowExecutionStatus.Running
                    || (run.PendingWorkflowTask is null && run.PendingActivities.All(activity => activity.NextAttemptScheduleTime is not null && activity.Attempt > 1)))
                {
                    return;
                }

                await looks.WaitForNextTickAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw await StuckAsync();
        }
    }

    /// <summary>Waits until the order's run has closed, without time passing.</summary>
    /// <exception cref="TimeoutException">It stays open; the message tells how it stands.</exception>
    public async Task WhenClosedAsync()
    {
        using var timeout = new CancellationTokenSource(LongestWait);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await DescribeAsync(default)).WorkflowExecutionInfo.Status == WorkflowExecutionStatus.Running)
        {
            if (timeout.IsCancellationRequested)
            {
                throw await StuckAsync();
            }

            await looks.WaitForNextTickAsync();
        }
    }

    /// <summary>How an order that does not go on stands, in the store and in Temporal.</summary>
    public async Task<TimeoutException> StuckAsync()
    {
        var run = await DescribeAsync(default);
        var pending = run.PendingActivities.Select(activity => $"{activity.ActivityType.Name} {activity.Attempt} {activity.LastFailure?.Message}");
        var task = run.PendingWorkflowTask is { } waiting ? $"workflow task {waiting.State} {waiting.Attempt}" : "no workflow task";
        var snapshot = Stored is null ? null : System.Text.Json.JsonSerializer.Serialize(Stored.Snapshot with { Facts = null, Policies = null! }, OrderJson.Options);
        return new TimeoutException(
            $"order {orderId} stands at {Stored?.Describe()}; run {run.WorkflowExecutionInfo.Status}, {task}; pending: {string.Join(", ", pending)}; "
            + $"teams: {harness.Teams.Steps.Pending(orderId).Count} steps; attentions of the run: {await RunsAttentionsAsync()}; {await LastEventsAsync()}; {snapshot}");
    }

    private async Task<string> LastEventsAsync() =>
        string.Join(", ", (await handle.FetchHistoryAsync()).Events.TakeLast(30).Select(entry => $"{entry.EventId} {entry.EventType}"));

    private async Task<string> RunsAttentionsAsync()
    {
        try
        {
            return string.Join(", ", (await handle.QueryAsync(order => order.OrderQuery())).Attentions.Select(attention => $"{attention.Step}: {attention.Error}"));
        }
        catch (RpcException unanswered)
        {
            return unanswered.Message;
        }
    }

    /// <summary>The order's run as the Temporal server keeps it.</summary>
    public Task<DescribeWorkflowExecutionResponse> DescribeAsync(CancellationToken cancellationToken) => harness.Client.WorkflowService.DescribeWorkflowExecutionAsync(
        new DescribeWorkflowExecutionRequest { Namespace = harness.Client.Options.Namespace, Execution = new() { WorkflowId = handle.Id } },
        new RpcOptions { CancellationToken = cancellationToken });
}
