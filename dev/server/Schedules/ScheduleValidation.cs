using EmbeddedTemporal.Common;
using EmbeddedTemporal.Schedules.Spec;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using EmbeddedTemporal.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>Validates schedule requests, with the real server's error messages.</summary>
internal sealed class ScheduleValidation(ISearchAttributeRegistry searchAttributes)
{
    private const int LongestId = 1000;
    private const int LongestNotes = 1000;
    private const string WorkflowPrefix = "temporal-sys-scheduler:";

    public static void ScheduleId(string scheduleId)
    {
        RequestValidation.That(scheduleId.Length > 0, "ScheduleId is not set on request.");
        RequestValidation.That(WorkflowPrefix.Length + scheduleId.Length <= LongestId, "WorkflowId length exceeds limit.");
    }

    public static void RequestId(string requestId, bool required)
    {
        RequestValidation.That(!required || requestId.Length > 0, "RequestId is not set on request.");
        RequestValidation.That(requestId.Length <= LongestId, "RequestId length exceeds limit.");
    }

    /// <summary>Validates a schedule's definition and search attributes.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public void Schedule(string namespaceName, Schedule? schedule, SearchAttributes? attributes)
    {
        try
        {
            _ = new CompiledSpec(schedule?.Spec ?? new ScheduleSpec());
        }
        catch (ScheduleSpecException invalid)
        {
            throw ServiceErrors.InvalidArgument($"Invalid schedule spec: {invalid.Message}");
        }
        if (schedule?.Action?.StartWorkflow is { } action)
        {
            Action(namespaceName, action);
        }
        RequestValidation.That((schedule?.State?.Notes.Length ?? 0) <= LongestNotes, "Schedule notes exceeds limit.");
        searchAttributes.Validate(namespaceName, attributes);
    }

    public static void Patch(SchedulePatch? patch)
    {
        RequestValidation.That(patch is not null, "Patch is not set on request.");
        RequestValidation.That(patch!.Pause.Length <= LongestNotes && patch.Unpause.Length <= LongestNotes, "Schedule notes exceeds limit.");
        foreach (var backfill in patch.BackfillRequest)
        {
            RequestValidation.That(backfill.StartTime is not null && backfill.EndTime is not null, "Backfill start and end time must be set.");
        }
    }

    private void Action(string namespaceName, NewWorkflowExecutionInfo action)
    {
        // The id with the appended timestamp has to be valid too.
        RequestValidation.Name(action.WorkflowId, "WorkflowId");
        RequestValidation.Name(ScheduledStart.WorkflowId(action.WorkflowId, DateTime.UnixEpoch), "WorkflowId");
        RequestValidation.Name(action.WorkflowType?.Name, "WorkflowType");
        RequestValidation.Name(action.TaskQueue?.Name, "TaskQueue");
        RequestValidation.That(action.WorkflowExecutionTimeout.Span() >= TimeSpan.Zero, "An invalid WorkflowExecutionTimeout is set on request.");
        RequestValidation.That(action.WorkflowRunTimeout.Span() >= TimeSpan.Zero, "An invalid WorkflowRunTimeout is set on request.");
        RequestValidation.That(action.WorkflowTaskTimeout.Span() >= TimeSpan.Zero, "An invalid WorkflowTaskTimeout is set on request.");
        RequestValidation.That(action.CronSchedule.Length == 0, "Scheduled workflow must not contain CronSchedule");
        RequestValidation.That(
            action.WorkflowIdReusePolicy is WorkflowIdReusePolicy.Unspecified or WorkflowIdReusePolicy.AllowDuplicate,
            "Scheduled workflow must not contain WorkflowIDReusePolicy");
        searchAttributes.Validate(namespaceName, action.SearchAttributes);
    }
}
