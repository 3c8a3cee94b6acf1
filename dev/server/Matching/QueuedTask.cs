using EmbeddedTemporal.History;

namespace EmbeddedTemporal.Matching;

/// <summary>Something a poller can be given. Whether it is still wanted is found out when a poller takes it.</summary>
internal abstract record QueuedTask(WorkflowRun Run);

/// <summary>A workflow task, named by its stamp.</summary>
internal sealed record QueuedWorkflowTask(WorkflowRun Run, string Stamp) : QueuedTask(Run);

/// <summary>An attempt of an activity, on the queue it was meant for; an operator may have moved it since.</summary>
internal sealed record QueuedActivityTask(WorkflowRun Run, long ScheduledEventId, int Attempt, string TaskQueue) : QueuedTask(Run);

/// <summary>A query that needs a worker but no workflow task.</summary>
internal sealed record QueuedQuery(WorkflowRun Run, DirectQuery Query) : QueuedTask(Run);
