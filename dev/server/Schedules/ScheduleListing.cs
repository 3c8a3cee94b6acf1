using EmbeddedTemporal.Schedules.Spec;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Visibility;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>Builds the description, the list entry and the visibility record of a schedule.</summary>
internal static class ScheduleListing
{
    public const string Division = "TemporalScheduler";
    private const int TimesDescribed = 10;
    private const int TimesListed = 5;
    private const int SpecsListed = 10;

    public static DescribeScheduleResponse Describe(ScheduleState state)
    {
        var response = new DescribeScheduleResponse
        {
            Schedule = state.Schedule.Clone(),
            Info = state.Info.Clone(),
            Memo = state.Memo?.Clone(),
            SearchAttributes = state.SearchAttributes?.Clone(),
            ConflictToken = ConflictToken(state.ConflictToken),
        };
        response.Schedule.Spec = CanonicalSpec.Completed(response.Schedule.Spec);
        response.Info.FutureActionTimes.AddRange(state.Upcoming(TimesDescribed).Select(time => time.ToProto()));
        response.Info.BufferSize = state.Buffer.Count;
        return response;
    }

    public static ScheduleListEntry Entry(ScheduleState state)
    {
        var spec = CanonicalSpec.Completed(state.Schedule.Spec);
        Shorten(spec.StructuredCalendar);
        Shorten(spec.ExcludeStructuredCalendar);
        Shorten(spec.Interval);
        spec.TimezoneData = ByteString.Empty;
        var info = new ScheduleListInfo
        {
            Spec = spec,
            WorkflowType = state.Schedule.Action.StartWorkflow?.WorkflowType,
            Notes = state.Schedule.State.Notes,
            Paused = state.Schedule.State.Paused,
        };
        info.RecentActions.AddRange(state.Info.RecentActions.TakeLast(TimesListed).Select(action => action.Clone()));
        info.FutureActionTimes.AddRange(state.Upcoming(TimesListed).Select(time => time.ToProto()));
        return new ScheduleListEntry
        {
            ScheduleId = state.ScheduleId,
            Memo = state.Memo?.Clone(),
            SearchAttributes = state.SearchAttributes?.Clone(),
            Info = info,
        };
    }

    public static VisibilityRecord RecordOf(ScheduleState state)
    {
        var attributes = state.SearchAttributes?.Clone() ?? new SearchAttributes();
        attributes.IndexedFields[SearchAttributeNames.NamespaceDivision] = SearchAttributePayload.Encode(Division, IndexedValueType.Keyword);
        attributes.IndexedFields[SearchAttributeNames.SchedulePaused] =
            SearchAttributePayload.Encode(state.Schedule.State.Paused, IndexedValueType.Bool);
        var execution = new WorkflowExecution { WorkflowId = state.ScheduleId, RunId = state.RunId };
        return new VisibilityRecord(state.Namespace, new WorkflowExecutionInfo
        {
            Execution = execution,
            RootExecution = execution,
            Type = new WorkflowType { Name = "temporal-sys-scheduler-workflow" },
            TaskQueue = "temporal-sys-per-ns-tq",
            StartTime = state.Info.CreateTime,
            ExecutionTime = state.Info.CreateTime,
            Status = WorkflowExecutionStatus.Running,
            Memo = state.Memo,
            SearchAttributes = attributes,
        });
    }

    /// <summary>Returns the conflict token for clients: eight bytes, big-endian.</summary>
    public static ByteString ConflictToken(long token)
    {
        var bytes = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, token);
        return ByteString.CopyFrom(bytes);
    }

    private static void Shorten<T>(IList<T> list)
    {
        while (list.Count > SpecsListed)
        {
            list.RemoveAt(list.Count - 1);
        }
    }
}
