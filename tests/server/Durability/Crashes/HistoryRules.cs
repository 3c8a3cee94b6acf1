using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>What is true of every history, whatever happened.</summary>
internal static class HistoryRules
{
    public static void Verify(string runId, IReadOnlyList<HistoryEvent> events, Func<string, bool> runExists)
    {
        Assert.That(events.Select(e => e.EventId), Is.EqualTo(Enumerable.Range(1, events.Count)), $"event ids of {runId}");
        Assert.That(events[0].EventType, Is.EqualTo(EventType.WorkflowExecutionStarted), $"first event of {runId}");
        var closes = events.Where(IsClose).ToList();
        Assert.That(closes.Count, Is.LessThanOrEqualTo(1), $"ends of {runId}");
        if (closes is [var close])
        {
            Assert.That(close.EventId, Is.EqualTo(events.Count), $"nothing follows the end of {runId}");
            var next = close.WorkflowExecutionContinuedAsNewEventAttributes?.NewExecutionRunId;
            Assert.That(next is null || runExists(next), $"{runId} goes on as {next}, which is not there");
        }

        AtMostOnce(runId, "end of an activity", events, ActivityEnd);
        AtMostOnce(runId, "end of a timer", events, e => e.TimerFiredEventAttributes?.StartedEventId ?? e.TimerCanceledEventAttributes?.StartedEventId);
        AtMostOnce(runId, "outcome of a child's start", events, e =>
            e.ChildWorkflowExecutionStartedEventAttributes?.InitiatedEventId ?? e.StartChildWorkflowExecutionFailedEventAttributes?.InitiatedEventId);
        AtMostOnce(runId, "end of a child", events, e =>
            e.ChildWorkflowExecutionCompletedEventAttributes?.InitiatedEventId ?? e.ChildWorkflowExecutionTerminatedEventAttributes?.InitiatedEventId
            ?? e.ChildWorkflowExecutionCanceledEventAttributes?.InitiatedEventId ?? e.ChildWorkflowExecutionFailedEventAttributes?.InitiatedEventId);
        AtMostOnce(runId, "end of a workflow task", events, e => e.WorkflowTaskCompletedEventAttributes?.StartedEventId
            ?? e.WorkflowTaskFailedEventAttributes?.StartedEventId ?? e.WorkflowTaskTimedOutEventAttributes?.StartedEventId);
    }

    public static bool IsClose(HistoryEvent e) => e.EventType is EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed
        or EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionTimedOut
        or EventType.WorkflowExecutionContinuedAsNew;

    private static long? ActivityEnd(HistoryEvent e) => e.ActivityTaskCompletedEventAttributes?.ScheduledEventId
        ?? e.ActivityTaskFailedEventAttributes?.ScheduledEventId ?? e.ActivityTaskTimedOutEventAttributes?.ScheduledEventId
        ?? e.ActivityTaskCanceledEventAttributes?.ScheduledEventId;

    private static void AtMostOnce(string runId, string what, IReadOnlyList<HistoryEvent> events, Func<HistoryEvent, long?> of)
    {
        var beginnings = events.Select(of).OfType<long>().Where(id => id > 0).ToList();
        Assert.That(beginnings, Is.Unique, $"{what} in {runId}");
        Assert.That(beginnings, Is.All.LessThan(events.Count), $"{what} in {runId}");
    }
}
