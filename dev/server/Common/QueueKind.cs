namespace EmbeddedTemporal.Common;

/// <summary>The type of tasks in a task queue. Queues of different types can have the same name.</summary>
internal enum QueueKind
{
    Workflow,
    Activity,
    Nexus,
}
