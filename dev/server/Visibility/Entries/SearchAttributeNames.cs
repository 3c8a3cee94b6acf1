using System.Collections.Frozen;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility.Entries;

/// <summary>The search attributes that the server defines, with the real server's names and types.</summary>
public static class SearchAttributeNames
{
    /// <summary>The namespace division, which separates records that are not user workflows, such as schedules.</summary>
    public const string NamespaceDivision = "TemporalNamespaceDivision";

    /// <summary>The schedule that started a workflow.</summary>
    public const string ScheduledById = "TemporalScheduledById";

    /// <summary>The nominal time for which a schedule started a workflow.</summary>
    public const string ScheduledStartTime = "TemporalScheduledStartTime";

    /// <summary>Whether a schedule is paused.</summary>
    public const string SchedulePaused = "TemporalSchedulePaused";

    internal const string ReservedPrefix = "Temporal";
    internal const string ScheduleId = "ScheduleId";
    internal const string WorkflowId = "WorkflowId";
    internal const string RunId = "RunId";
    internal const string WorkflowType = "WorkflowType";
    internal const string StartTime = "StartTime";
    internal const string ExecutionTime = "ExecutionTime";
    internal const string CloseTime = "CloseTime";
    internal const string ExecutionStatus = "ExecutionStatus";
    internal const string TaskQueue = "TaskQueue";
    internal const string HistoryLength = "HistoryLength";
    internal const string ExecutionDuration = "ExecutionDuration";
    internal const string StateTransitionCount = "StateTransitionCount";
    internal const string HistorySizeBytes = "HistorySizeBytes";
    internal const string ParentWorkflowId = "ParentWorkflowId";
    internal const string ParentRunId = "ParentRunId";
    internal const string RootWorkflowId = "RootWorkflowId";
    internal const string RootRunId = "RootRunId";

    private static readonly FrozenSet<string> ReservedNames =
        FrozenSet.ToFrozenSet(["NamespaceId", "MemoEncoding", "Memo", "VisibilityTaskKey"], StringComparer.Ordinal);

    /// <summary>Gets the system search attributes, which follow from the run and cannot be set.</summary>
    public static FrozenDictionary<string, IndexedValueType> Facts { get; } = new Dictionary<string, IndexedValueType>
    {
        [WorkflowId] = IndexedValueType.Keyword,
        [RunId] = IndexedValueType.Keyword,
        [WorkflowType] = IndexedValueType.Keyword,
        [StartTime] = IndexedValueType.Datetime,
        [ExecutionTime] = IndexedValueType.Datetime,
        [CloseTime] = IndexedValueType.Datetime,
        [ExecutionStatus] = IndexedValueType.Keyword,
        [TaskQueue] = IndexedValueType.Keyword,
        [HistoryLength] = IndexedValueType.Int,
        [ExecutionDuration] = IndexedValueType.Int,
        [StateTransitionCount] = IndexedValueType.Int,
        [HistorySizeBytes] = IndexedValueType.Int,
        [ParentWorkflowId] = IndexedValueType.Keyword,
        [ParentRunId] = IndexedValueType.Keyword,
        [RootWorkflowId] = IndexedValueType.Keyword,
        [RootRunId] = IndexedValueType.Keyword,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the predefined search attributes, which the server or an SDK sets on a run.</summary>
    public static FrozenDictionary<string, IndexedValueType> Predefined { get; } = new Dictionary<string, IndexedValueType>
    {
        ["TemporalChangeVersion"] = IndexedValueType.KeywordList,
        ["BinaryChecksums"] = IndexedValueType.KeywordList,
        ["BuildIds"] = IndexedValueType.KeywordList,
        ["BatcherNamespace"] = IndexedValueType.Keyword,
        ["BatcherUser"] = IndexedValueType.Keyword,
        [ScheduledStartTime] = IndexedValueType.Datetime,
        [ScheduledById] = IndexedValueType.Keyword,
        [SchedulePaused] = IndexedValueType.Bool,
        [NamespaceDivision] = IndexedValueType.Keyword,
        ["TemporalPauseInfo"] = IndexedValueType.KeywordList,
        ["TemporalReportedProblems"] = IndexedValueType.KeywordList,
        ["TemporalWorkerDeploymentVersion"] = IndexedValueType.Keyword,
        ["TemporalWorkflowVersioningBehavior"] = IndexedValueType.Keyword,
        ["TemporalWorkerDeployment"] = IndexedValueType.Keyword,
        ["TemporalUsedWorkerDeploymentVersions"] = IndexedValueType.KeywordList,
        ["TemporalExternalPayloadCount"] = IndexedValueType.Int,
        ["TemporalExternalPayloadSizeBytes"] = IndexedValueType.Int,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the attributes of <see cref="Predefined"/> that only the server may set.</summary>
    public static FrozenSet<string> ServerOnly { get; } = FrozenSet.ToFrozenSet(
        [
            "TemporalWorkerDeploymentVersion",
            "TemporalWorkflowVersioningBehavior",
            "TemporalWorkerDeployment",
            "TemporalUsedWorkerDeploymentVersions",
            "TemporalExternalPayloadCount",
            "TemporalExternalPayloadSizeBytes",
        ],
        StringComparer.Ordinal);

    /// <summary>Returns whether the name is reserved, so that no custom search attribute may have it.</summary>
    public static bool IsReserved(string name) =>
        Facts.ContainsKey(name) || Predefined.ContainsKey(name) || ReservedNames.Contains(name)
        || name.StartsWith(ReservedPrefix, StringComparison.Ordinal);
}
