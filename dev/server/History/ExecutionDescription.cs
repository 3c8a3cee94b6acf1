using EmbeddedTemporal.Common;
using EmbeddedTemporal.History.Attributes;
using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf.Collections;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>Builds the API's description of a run.</summary>
internal static class ExecutionDescription
{
    public static DescribeWorkflowExecutionResponse Of(MutableState state)
    {
        var started = state.Started;
        var description = new DescribeWorkflowExecutionResponse
        {
            ExecutionConfig = new()
            {
                TaskQueue = new() { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
                WorkflowExecutionTimeout = started.WorkflowExecutionTimeout,
                WorkflowRunTimeout = started.WorkflowRunTimeout,
                DefaultWorkflowTaskTimeout = started.WorkflowTaskTimeout,
                UserMetadata = state.Events[0].UserMetadata,
            },
            WorkflowExecutionInfo = InfoOf(state),
            WorkflowExtendedInfo = new()
            {
                ExecutionExpirationTime = started.WorkflowExecutionExpirationTime,
                RunExpirationTime = RunDeadlines.RunExpiration(state)?.ToProto(),
                CancelRequested = state.CancelRequested,
                OriginalStartTime = state.FirstStartTime.ToProto(),
                ResetRunId = state.Facts.ResetRunId,
                LastResetTime = state.Facts.ResetTime?.ToProto(),
                PauseInfo = state.PauseInfo,
            },
        };
        description.WorkflowExecutionInfo.VersioningInfo = state.DescribeVersioning();
        description.WorkflowExecutionInfo.WorkerDeploymentName = state.Versioning?.DeploymentName ?? "";
        AddRequestIds(state, description.WorkflowExtendedInfo.RequestIdInfos);
        if (!state.IsRunning)
        {
            return description;
        }

        description.PendingActivities.AddRange(state.Activities.Values.Select(PendingActivity));
        description.PendingChildren.AddRange(state.Children.Values.Select(child => new PendingChildExecutionInfo
        {
            WorkflowId = child.Initiated.WorkflowId,
            RunId = child.RunId,
            WorkflowTypeName = child.Initiated.WorkflowType.Name,
            InitiatedId = child.InitiatedEventId,
            ParentClosePolicy = child.Initiated.ParentClosePolicy,
        }));
        description.PendingWorkflowTask = PendingTask(state.WorkflowTask);
        return description;
    }

    /// <summary>Returns the visibility record of a run.</summary>
    public static WorkflowExecutionInfo InfoOf(MutableState state)
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = state.Key.Execution,
            Type = new() { Name = state.WorkflowType },
            StartTime = state.StartTime.ToProto(),
            ExecutionTime = (state.StartTime + state.Started.FirstWorkflowTaskBackoff.Span()).ToProto(),
            CloseTime = state.CloseTime?.ToProto(),
            Status = state.Status,
            HistoryLength = state.Events.Count,
            HistorySizeBytes = state.HistorySizeBytes,
            StateTransitionCount = state.Events.Count,
            Memo = state.Memo.Clone(),
            SearchAttributes = state.SearchAttributes.Clone(),
            TaskQueue = state.TaskQueue,
            FirstRunId = state.FirstRunId,
            RootExecution = state.Started.RootWorkflowExecution ?? state.Key.Execution,
            AutoResetPoints = new() { Points = { state.Builds.Points } },
            Priority = state.Priority,
        };
        VersionAttributes.Add(state, info.SearchAttributes.IndexedFields);
        if (state.Started.ParentWorkflowExecution is { } parent)
        {
            info.ParentExecution = parent;
            info.ParentNamespaceId = state.Started.ParentWorkflowNamespaceId;
        }

        if (PauseEntries.Of(state) is { } paused)
        {
            info.SearchAttributes.IndexedFields[PauseEntries.SearchAttribute] = paused;
        }

        AddKeywords(info, "BuildIds", state.Builds.BuildIds);
        AddKeywords(info, "BinaryChecksums", [.. state.Builds.BinaryChecksums]);
        if (state.Facts.ReportedProblems is { Count: > 0 } problems)
        {
            info.SearchAttributes.IndexedFields["TemporalReportedProblems"] = SearchAttributePayload.Encode(problems, IndexedValueType.KeywordList);
        }

        if (state.CloseTime is { } closed)
        {
            var executionTime = info.ExecutionTime.ToDateTime();
            info.ExecutionDuration = (closed > executionTime ? closed - executionTime : TimeSpan.Zero).ToProto();
        }

        return info;
    }

    private static void AddKeywords(WorkflowExecutionInfo info, string name, IReadOnlyList<string> keywords)
    {
        if (keywords.Count > 0)
        {
            info.SearchAttributes.IndexedFields[name] = SearchAttributePayload.Encode(keywords, IndexedValueType.KeywordList);
        }
    }

    private static PendingWorkflowTaskInfo? PendingTask(WorkflowTask? task) => task is null or { Kind: WorkflowTaskKind.Speculative } ? null : new()
    {
        State = task.IsStarted ? PendingWorkflowTaskState.Started : PendingWorkflowTaskState.Scheduled,
        ScheduledTime = task.ScheduledTime.ToProto(),
        OriginalScheduledTime = task.OriginalScheduledTime.ToProto(),
        StartedTime = task.StartedTime?.ToProto(),
        Attempt = task.Attempt,
    };

    private static PendingActivityInfo PendingActivity(PendingActivity activity)
    {
        var attempt = activity.Current;
        return new()
        {
            ActivityId = activity.ActivityId,
            ActivityType = activity.Scheduled.ActivityType,
            State = StateOf(activity),
            HeartbeatDetails = attempt.HeartbeatDetails,
            LastHeartbeatTime = attempt.LastHeartbeatTime?.ToProto(),
            LastStartedTime = attempt.StartedTime?.ToProto(),
            Attempt = attempt.Attempt,
            MaximumAttempts = activity.RetryPolicy.MaximumAttempts,
            ScheduledTime = attempt.ScheduledTime.ToProto(),
            ExpirationTime = activity.ScheduleToCloseDeadline?.ToProto(),
            LastFailure = attempt.LastFailure,
            LastWorkerIdentity = attempt.Identity,
            LastAttemptCompleteTime = attempt.LastAttemptCompleteTime?.ToProto(),
            NextAttemptScheduleTime = attempt is { IsBackingOff: true, IsPaused: false } ? attempt.ScheduledTime.ToProto() : null,
            CurrentRetryInterval = attempt is { IsBackingOff: true, IsPaused: false, LastAttemptCompleteTime: { } completed } ? (attempt.ScheduledTime - completed).ToProto() : null,
            Paused = attempt.IsPaused,
            PauseInfo = attempt.IsPaused
                ? new() { PauseTime = attempt.PausedTime?.ToProto(), Manual = new() { Identity = attempt.PausedBy, Reason = attempt.PauseReason } }
                : null,
            Priority = activity.Priority,
            ActivityOptions = activity.Options,
            LastDeploymentVersion = WorkerVersion.ToProto(attempt.Version),
            LastWorkerDeploymentVersion = attempt.Version is { } version ? WorkerVersion.ToOlderText(version) : "",
        };
    }

    /// <summary>Adds the event of each start request id, both of the request that created the run and of those that attached to it.</summary>
    private static void AddRequestIds(MutableState state, MapField<string, RequestIdInfo> infos)
    {
        if (state.Facts.CreateRequestId is { Length: > 0 } created)
        {
            infos[created] = new() { EventId = 1, EventType = EventType.WorkflowExecutionStarted };
        }

        foreach (var attached in (state.Facts.AttachedRequestIds ?? []).Where(id => id.Length > 0))
        {
            var recorded = state.Events.Find(e => e.WorkflowExecutionOptionsUpdatedEventAttributes?.AttachedRequestId == attached);
            infos[attached] = new() { EventId = recorded?.EventId ?? 0, EventType = EventType.WorkflowExecutionOptionsUpdated, Buffered = recorded is null };
        }
    }

    private static PendingActivityState StateOf(PendingActivity activity) => activity switch
    {
        { CancelRequested: true } => PendingActivityState.CancelRequested,
        { IsStarted: true, Current.IsPaused: true } => PendingActivityState.PauseRequested,
        { IsStarted: true } => PendingActivityState.Started,
        { Current.IsPaused: true } => PendingActivityState.Paused,
        _ => PendingActivityState.Scheduled,
    };
}
