using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>A validated wish to start a workflow, from wherever it comes.</summary>
internal sealed class StartParameters(StartWorkflowExecutionRequest request)
{
    private static readonly TimeSpan DefaultWorkflowTaskTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestWorkflowTaskTimeout = TimeSpan.FromSeconds(120);

    public StartWorkflowExecutionRequest Request { get; } = request;

    /// <summary>Gets the parent's part of the first event.</summary>
    public Action<WorkflowExecutionStartedEventAttributes>? Amend { get; init; }

    /// <summary>Gets what happens between the first event and the first workflow task (signal-with-start).</summary>
    public Action<RunTransaction>? BeforeFirstTask { get; init; }

    /// <summary>Gets what is asked first of the newest run, open or closed: whether it is answered instead of any start. Null goes on with the policies.</summary>
    public Func<RunTransaction, StartOutcome?>? InsteadOfStart { get; init; }

    /// <summary>Gets what happens last in the transaction of a started run.</summary>
    public Action<RunTransaction>? AfterStart { get; init; }

    /// <summary>Gets what happens when the start turns out to be the one that made the newest run.</summary>
    public Action<RunTransaction>? OnRepeat { get; init; }

    public WorkflowIdConflictPolicy ConflictPolicy => Request.WorkflowIdConflictPolicy switch
    {
        WorkflowIdConflictPolicy.Unspecified when Request.WorkflowIdReusePolicy == ReuseTerminateIfRunning => WorkflowIdConflictPolicy.TerminateExisting,
        WorkflowIdConflictPolicy.Unspecified => WorkflowIdConflictPolicy.Fail,
        var given => given,
    };

    public RepeatedField<Link> Links => Request.Links;

#pragma warning disable CS0612 // The policy is deprecated by the API and still sent by clients.
    private static WorkflowIdReusePolicy ReuseTerminateIfRunning => WorkflowIdReusePolicy.TerminateIfRunning;
#pragma warning restore CS0612

    /// <summary>Answers the first event of the run.</summary>
    public WorkflowExecutionStartedEventAttributes ToStartedAttributes(string runId, DateTime now)
    {
        var delay = Request.WorkflowStartDelay.Span();
        if (Request.CronSchedule.Length > 0 && delay == TimeSpan.Zero)
        {
            delay = CronSchedules.Backoff(Request.CronSchedule, now, now);
        }

        var executionTimeout = Request.WorkflowExecutionTimeout.Span();
        var runTimeout = Request.WorkflowRunTimeout.Span();
        if (executionTimeout > TimeSpan.Zero && (runTimeout == TimeSpan.Zero || runTimeout > executionTimeout))
        {
            runTimeout = executionTimeout;
        }

        var taskTimeout = Request.WorkflowTaskTimeout.Span() is { Ticks: > 0 } given ? given : DefaultWorkflowTaskTimeout;
        taskTimeout = taskTimeout < LongestWorkflowTaskTimeout ? taskTimeout : LongestWorkflowTaskTimeout;
        if (runTimeout > TimeSpan.Zero && taskTimeout > runTimeout)
        {
            taskTimeout = runTimeout;
        }

        var started = new WorkflowExecutionStartedEventAttributes
        {
            WorkflowType = Request.WorkflowType,
            TaskQueue = new() { Name = Request.TaskQueue.Name, Kind = TaskQueueKind.Normal },
            Input = Request.Input,
            WorkflowExecutionTimeout = executionTimeout > TimeSpan.Zero ? executionTimeout.ToProto() : null,
            WorkflowRunTimeout = runTimeout > TimeSpan.Zero ? runTimeout.ToProto() : null,
            WorkflowTaskTimeout = taskTimeout.ToProto(),
            OriginalExecutionRunId = runId,
            FirstExecutionRunId = runId,
            Identity = Request.Identity,
            RetryPolicy = Request.RetryPolicy,
            Attempt = 1,
            Memo = WithoutNil(Request.Memo),
            SearchAttributes = WithoutNil(Request.SearchAttributes),
            Header = Request.Header,
            WorkflowId = Request.WorkflowId,
            Priority = Request.Priority,
            VersioningOverride = VersioningOverrides.Newest(Request.VersioningOverride),
            FirstWorkflowTaskBackoff = delay.ToProto(),
            CronSchedule = Request.CronSchedule,
            ContinuedFailure = Request.ContinuedFailure,
            LastCompletionResult = Request.LastCompletionResult,
        };
        if (executionTimeout > TimeSpan.Zero)
        {
            started.WorkflowExecutionExpirationTime = now.SaturatingAdd(delay + executionTimeout).ToProto();
        }

        Amend?.Invoke(started);
        return started;
    }

    /// <summary>A field that is set to nothing is not set at all.</summary>
    private static Memo? WithoutNil(Memo? memo)
    {
        var kept = memo is null ? null : new Memo { Fields = { WithoutNil(memo.Fields) } };
        return kept is { Fields.Count: > 0 } ? kept : null;
    }

    private static SearchAttributes? WithoutNil(SearchAttributes? attributes)
    {
        var kept = attributes is null ? null : new SearchAttributes { IndexedFields = { WithoutNil(attributes.IndexedFields) } };
        return kept is { IndexedFields.Count: > 0 } ? kept : null;
    }

    private static Dictionary<string, Payload> WithoutNil(MapField<string, Payload> fields) => fields.Where(field => !PayloadFacts.IsNil(field.Value)).ToDictionary();
}
