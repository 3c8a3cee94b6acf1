using EmbeddedTemporal.Common;
using Temporalio.Api.Common.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>Something a poller can be given. Whether it is still wanted is found out when a poller takes it.</summary>
internal abstract record QueuedTask
{
    /// <summary>Gets the id of the workflow that it is of: where a version is ramping up, it says to which version the task goes.</summary>
    public abstract string WorkflowId { get; }

    /// <summary>Gets the worker version it asks for, null where the workflow does not take part in versioning.</summary>
    public VersionDirective? Directive { get; init; }

    /// <summary>Gets its priority and fairness key, null for the defaults.</summary>
    public Priority? Priority { get; init; }

    /// <summary>Gets a value indicating whether it is for the very worker whose queue this is.</summary>
    public bool IsSticky { get; init; }

    /// <summary>Gets or sets its place among the tasks of a queue that has versions; they are dealt out anew when the routing changes.</summary>
    public long Sequence { get; set; }
}
