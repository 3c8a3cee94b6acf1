using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Recording;
using OrderOrchestration.Workflows.Steps;
using OrderOrchestration.Workflows.Tracing;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>
/// Writes records that no step carries. A change whose cause is already durable in the history (an event, an answer, an elapsed deadline) is written by
/// a local activity in the same workflow task. A change that a person requested is not durable until the task completes, so a regular activity writes
/// it: otherwise a lost task would leave an effect that no history contains.
/// </summary>
public sealed class OrderRecorder(OrderRun run)
{
    private static readonly ActivityStep RecordOrder = new("record-order", "write the order and its events to the order store");

    private static readonly LocalActivityOptions InTheSameTask = new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(2),
        ScheduleToCloseTimeout = TimeSpan.FromSeconds(4),
        CancellationToken = CancellationToken.None,
        Summary = "write the order and its events to the order store",
    };

    /// <summary>A record is being written.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>Nothing is left to write.</summary>
    public bool IsDone => !IsWriting && !MayWrite;

    /// <summary>An order that no caller has seen and that may still be refused is not stored.</summary>
    private bool MayWrite => run.HasUnrecorded
        && (run.IsShown || run.Order is { IsCancelled: true, HasHoldings: false });

    public async Task RunAsync()
    {
        while (true)
        {
            await Workflow.WaitConditionAsync(() => MayWrite && !run.IsSuperseded, CancellationToken.None);
            for (var i = 0; i < 3 && MayWrite; i++)
            {
                // The effects of the same message run first, because a step may carry the record.
                await Workflow.WaitConditionAsync(() => true, CancellationToken.None);
            }

            if (MayWrite && !run.IsSuperseded)
            {
                await WriteAsync();
            }
        }
    }

    private async Task WriteAsync()
    {
        IsWriting = true;
        var isShown = run.IsShown;
        var isRequested = run.TakeRequestMark();
        var record = run.TakeRecord();
        using var cause = TraceCause.Use(run.Cause);
        try
        {
            if (isRequested || !isShown || !await TryInTheSameTaskAsync(record))
            {
                var options = RecordOrder.Options(timeout: null, CancellationToken.None);
                await (isShown
                    ? Workflow.ExecuteActivityAsync((IRecordingActivities own) => own.RecordOrderAsync(record), options)
                    : Workflow.ExecuteActivityAsync((IRecordingActivities own) => own.RecordRefusalAsync(record), options));
            }

            run.Written(record);
        }
        catch (FailureException failure) when (IsSuperseded(failure))
        {
            run.Supersede();
        }
        finally
        {
            IsWriting = false;
        }
    }

    /// <summary><c>false</c>: the store was unavailable for longer than a workflow task may last.</summary>
    private static async Task<bool> TryInTheSameTaskAsync(OrderRecord record)
    {
        try
        {
            await Workflow.ExecuteLocalActivityAsync((IRecordingActivities own) => own.RecordOrderAsync(record), InTheSameTask);
            return true;
        }
        catch (FailureException failure) when (!IsSuperseded(failure))
        {
            return false;
        }
    }

    /// <summary>A local activity's failure is thrown as it is, a regular one's inside an <see cref="ActivityFailureException"/>.</summary>
    private static bool IsSuperseded(FailureException failure) =>
        (failure as ApplicationFailureException ?? failure.InnerException) is ApplicationFailureException { ErrorType: StepFailureTypes.OrderSuperseded };
}
