using System.Collections.Concurrent;
using System.Diagnostics;
using Temporalio.Activities;

namespace OrderOrchestration.Tests.Operation.Tracing;

/// <summary>Notes in whose trace an activity runs.</summary>
public static class TracedActivities
{
    private static readonly ConcurrentQueue<(string WorkflowId, string Name, ActivityTraceId Trace)> Notes = new();

    [Activity]
    public static Task NoteAsync(string name)
    {
        Notes.Enqueue((ActivityExecutionContext.Current.Info.WorkflowId!, name, Activity.Current!.TraceId));
        return Task.CompletedTask;
    }

    /// <summary>The traces in which the activity ran for this workflow, in their order.</summary>
    public static IReadOnlyList<ActivityTraceId> Traces(string workflowId, string name) =>
        [.. Notes.Where(note => note.WorkflowId == workflowId && note.Name == name).Select(note => note.Trace)];

    /// <summary>The trace in which the activity ran for any workflow whose id begins so.</summary>
    public static IReadOnlyList<ActivityTraceId> TracesBelow(string workflowIdStart, string name) =>
        [.. Notes.Where(note => note.WorkflowId.StartsWith(workflowIdStart, StringComparison.Ordinal) && note.Name == name).Select(note => note.Trace)];
}
