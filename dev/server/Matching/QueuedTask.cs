using EmbeddedTemporal.Common;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>A task in a task queue. Whether it is stale is checked when a poller takes it.</summary>
internal abstract record QueuedTask
{
    /// <summary>Gets the workflow id, which decides the version during a ramp.</summary>
    public abstract string WorkflowId { get; }

    /// <summary>Gets the version directive, null for an unversioned workflow.</summary>
    public VersionDirective? Directive { get; init; }

    /// <summary>Gets the priority and fairness key, null for the defaults.</summary>
    public Priority? Priority { get; init; }

    /// <summary>Gets a value indicating whether the task is in a sticky queue.</summary>
    public bool IsSticky { get; init; }

    /// <summary>Gets or sets the sequence number across the versions of a queue, by which tasks are ordered when a routing change redistributes them.</summary>
    public long Sequence { get; set; }
}
