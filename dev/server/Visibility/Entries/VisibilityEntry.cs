using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility.Entries;

/// <summary>A record in the store, with decoded values and its position in the list order.</summary>
internal sealed class VisibilityEntry
{
    private static readonly DateTime Open = new(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc);
    private readonly Dictionary<string, object> attributes;

    public VisibilityEntry(WorkflowExecutionInfo info, IReadOnlyDictionary<string, IndexedValueType> custom)
    {
        Info = info;
        Running = info.Status is WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused;
        if (Running)
        {
            // These properties are only listed for closed runs.
            Info.CloseTime = null;
            Info.HistoryLength = 0;
            Info.HistorySizeBytes = 0;
            Info.StateTransitionCount = 0;
            Info.ExecutionDuration = null;
        }
        StartTime = Time(Info.StartTime) ?? DateTime.UnixEpoch;
        Position = new VisibilityPosition((Time(Info.CloseTime) ?? Open).Ticks, StartTime.Ticks, RunId);
        attributes = Decode(Info, custom);
        Division = attributes.GetValueOrDefault(SearchAttributeNames.NamespaceDivision) as string;
    }

    /// <summary>Gets the record, which is not changed any more.</summary>
    public WorkflowExecutionInfo Info { get; }

    /// <summary>Gets the position in the list order, in which a running workflow counts as closed after all others.</summary>
    public VisibilityPosition Position { get; }

    public DateTime StartTime { get; }

    public string RunId => Info.Execution.RunId;

    /// <summary>Gets the namespace division of the record; null for workflows.</summary>
    public string? Division { get; }

    private bool Running { get; }

    /// <summary>Returns a function that gets the value of an attribute of a record, or null if it is not set.</summary>
    public static Func<VisibilityEntry, object?> Getter(string name) => name switch
    {
        SearchAttributeNames.WorkflowId => entry => entry.Info.Execution.WorkflowId,
        SearchAttributeNames.RunId => entry => entry.RunId,
        SearchAttributeNames.WorkflowType => entry => entry.Info.Type?.Name,
        SearchAttributeNames.StartTime => entry => entry.StartTime,
        SearchAttributeNames.ExecutionTime => entry => Time(entry.Info.ExecutionTime) ?? entry.StartTime,
        SearchAttributeNames.CloseTime => entry => Time(entry.Info.CloseTime),
        SearchAttributeNames.ExecutionStatus => entry => entry.Info.Status.ToString(),
        SearchAttributeNames.TaskQueue => entry => entry.Info.TaskQueue,
        SearchAttributeNames.HistoryLength => entry => entry.Running ? null : entry.Info.HistoryLength,
        SearchAttributeNames.HistorySizeBytes => entry => entry.Running ? null : entry.Info.HistorySizeBytes,
        SearchAttributeNames.StateTransitionCount => entry => entry.Running ? null : entry.Info.StateTransitionCount,
        SearchAttributeNames.ExecutionDuration => entry => entry.Duration(),
        SearchAttributeNames.ParentWorkflowId => entry => entry.Info.ParentExecution?.WorkflowId,
        SearchAttributeNames.ParentRunId => entry => entry.Info.ParentExecution?.RunId,
        SearchAttributeNames.RootWorkflowId => entry => entry.Info.RootExecution?.WorkflowId,
        SearchAttributeNames.RootRunId => entry => entry.Info.RootExecution?.RunId,
        _ => entry => entry.attributes.GetValueOrDefault(name),
    };

    private static DateTime? Time(Google.Protobuf.WellKnownTypes.Timestamp? time) =>
        time is null ? null : Rfc3339.Truncate(time.ToDateTime());

    private static Dictionary<string, object> Decode(WorkflowExecutionInfo info, IReadOnlyDictionary<string, IndexedValueType> custom)
    {
        var decoded = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, payload) in info.SearchAttributes?.IndexedFields ?? [])
        {
            if ((custom.TryGetValue(name, out var type) || SearchAttributeNames.Predefined.TryGetValue(name, out type))
                && SearchAttributePayload.TryDecode(payload, type, out var value) && value is not null)
            {
                decoded[name] = value;
            }
        }
        return decoded;
    }

    private object? Duration()
    {
        if (Running || Info.CloseTime is null)
        {
            return null;
        }
        var duration = Info.ExecutionDuration ?? (Info.CloseTime - (Info.ExecutionTime ?? Info.StartTime));
        return (duration.Seconds * 1_000_000_000) + duration.Nanos;
    }
}
