using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Server.Workflows;

/// <summary>What <see cref="ActivityWorkflow"/> asks of its one activity.</summary>
public sealed record ActivityPlan
{
    public required string Activity { get; init; }

    public TimeSpan? StartToClose { get; init; }

    public TimeSpan? ScheduleToClose { get; init; }

    public TimeSpan? ScheduleToStart { get; init; }

    public TimeSpan? Heartbeat { get; init; }

    public int MaximumAttempts { get; init; }

    public double RetrySeconds { get; init; } = 0.01;

    public string? TaskQueue { get; init; }
}

/// <summary>Runs one activity by name and answers its result, or how it failed.</summary>
[Workflow]
public class ActivityWorkflow
{
    [WorkflowRun]
    public async Task<string> RunAsync(ActivityPlan plan)
    {
        var options = new ActivityOptions
        {
            ActivityId = "the-activity",
            StartToCloseTimeout = plan.StartToClose,
            ScheduleToCloseTimeout = plan.ScheduleToClose,
            ScheduleToStartTimeout = plan.ScheduleToStart,
            HeartbeatTimeout = plan.Heartbeat,
            TaskQueue = plan.TaskQueue,
            CancellationType = ActivityCancellationType.WaitCancellationCompleted,
            RetryPolicy = new RetryPolicy
            {
                InitialInterval = TimeSpan.FromSeconds(plan.RetrySeconds),
                BackoffCoefficient = 1,
                MaximumAttempts = plan.MaximumAttempts,
            },
        };
        try
        {
            return await Workflow.ExecuteActivityAsync<string>(plan.Activity, [], options);
        }
        catch (ActivityFailureException failure)
        {
            return failure.InnerException switch
            {
                TimeoutFailureException timeout => $"{timeout.TimeoutType}",
                CanceledFailureException => "Canceled",
                var other => other?.Message ?? failure.Message,
            };
        }
    }
}
