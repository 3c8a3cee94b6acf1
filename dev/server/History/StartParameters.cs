using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.History;

/// <summary>A validated request to start a workflow, from a client, a parent workflow or a schedule.</summary>
internal sealed class StartParameters(StartWorkflowExecutionRequest request)
{
    private static readonly TimeSpan DefaultWorkflowTaskTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestWorkflowTaskTimeout = TimeSpan.FromSeconds(120);

    public StartWorkflowExecutionRequest Request { get; } = request;

    /// <summary>Gets an action that completes the started event, for example with the parent of a child workflow.</summary>
    public Action<WorkflowExecutionStartedEventAttributes>? Amend { get; init; }

    /// <summary>Gets an action between the started event and the first workflow task (signal-with-start).</summary>
    public Action<RunTransaction>? BeforeFirstTask { get; init; }

    /// <summary>
    /// Gets a function that is called first with the current run, running or closed. A non-null result replaces the start; null continues with the policies.
    /// </summary>
    public Func<RunTransaction, StartOutcome?>? InsteadOfStart { get; init; }

    /// <summary>Gets an action at the end of the transaction of a started run.</summary>
    public Action<RunTransaction>? AfterStart { get; init; }

    /// <summary>Gets an action for a duplicate start, whose request id is that of the current run.</summary>
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

    /// <summary>Returns the attributes of the started event.</summary>
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

    /// <summary>Removes the fields with a nil payload.</summary>
    private static Memo? WithoutNil(Memo? memo)
    {
        var remaining = memo is null ? null : new Memo { Fields = { WithoutNil(memo.Fields) } };
        return remaining is { Fields.Count: > 0 } ? remaining : null;
    }

    private static SearchAttributes? WithoutNil(SearchAttributes? attributes)
    {
        var remaining = attributes is null ? null : new SearchAttributes { IndexedFields = { WithoutNil(attributes.IndexedFields) } };
        return remaining is { IndexedFields.Count: > 0 } ? remaining : null;
    }

    private static Dictionary<string, Payload> WithoutNil(MapField<string, Payload> fields) => fields.Where(field => !PayloadFacts.IsNil(field.Value)).ToDictionary();
}
