using EmbeddedTemporal.History.Requests;
using EmbeddedTemporal.Matching;

namespace EmbeddedTemporal.History;

/// <summary>A task of a run in a task queue.</summary>
internal abstract record QueuedRunTask(WorkflowRun Run) : QueuedTask
{
    public override string WorkflowId => Run.Key.WorkflowId;
}

/// <summary>A workflow task, identified by its stamp.</summary>
internal sealed record QueuedWorkflowTask(WorkflowRun Run, string Stamp) : QueuedRunTask(Run);

/// <summary>An attempt of an activity, and the task queue it was added to; UpdateActivityOptions may have changed the queue since.</summary>
internal sealed record QueuedActivityTask(WorkflowRun Run, long ScheduledEventId, int Attempt, string TaskQueue) : QueuedRunTask(Run);

/// <summary>A query that is dispatched directly, without a workflow task.</summary>
internal sealed record QueuedQuery(WorkflowRun Run, DirectQuery Query) : QueuedRunTask(Run);
