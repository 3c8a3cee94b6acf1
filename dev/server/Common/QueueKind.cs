namespace EmbeddedTemporal.Common;

/// <summary>What kind of task a queue holds: queues of different kinds share names.</summary>
internal enum QueueKind
{
    Workflow,
    Activity,
    Nexus,
}
