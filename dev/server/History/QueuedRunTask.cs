using EmbeddedTemporal.Matching;

namespace EmbeddedTemporal.History;

/// <summary>A task of a run.</summary>
internal abstract record QueuedRunTask(WorkflowRun Run) : QueuedTask
{
    public override string WorkflowId => Run.Key.WorkflowId;
}

/// <summary>A workflow task, named by its stamp.</summary>
internal sealed record QueuedWorkflowTask(WorkflowRun Run, string Stamp) : QueuedRunTask(Run);

/// <summary>An attempt of an activity, on the queue it was meant for; an operator may have moved it since.</summary>
internal sealed record QueuedActivityTask(WorkflowRun Run, long ScheduledEventId, int Attempt, string TaskQueue) : QueuedRunTask(Run);

/// <summary>A query that needs a worker but no workflow task.</summary>
internal sealed record QueuedQuery(WorkflowRun Run, DirectQuery Query) : QueuedRunTask(Run);
