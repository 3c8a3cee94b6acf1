using EmbeddedTemporal.Common;
using EmbeddedTemporal.Schedules;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Frontend;

/// <content>Schedules.</content>
internal sealed partial class WorkflowServiceHandler
{
    /// <summary>Gets or sets the schedules; set after construction, because they start workflows through this handler.</summary>
    public SchedulerService Schedules { get; set; } = null!;

    public Task<CreateScheduleResponse> CreateSchedule(CreateScheduleRequest request, CallContext call) => Schedules.CreateAsync(request);

    public Task<DescribeScheduleResponse> DescribeSchedule(DescribeScheduleRequest request, CallContext call) => Schedules.DescribeAsync(request);

    public Task<UpdateScheduleResponse> UpdateSchedule(UpdateScheduleRequest request, CallContext call) => Schedules.UpdateAsync(request);

    public Task<PatchScheduleResponse> PatchSchedule(PatchScheduleRequest request, CallContext call) => Schedules.PatchAsync(request);

    public Task<DeleteScheduleResponse> DeleteSchedule(DeleteScheduleRequest request, CallContext call) => Schedules.DeleteAsync(request);

    public Task<ListScheduleMatchingTimesResponse> ListScheduleMatchingTimes(ListScheduleMatchingTimesRequest request, CallContext call) =>
        Schedules.MatchingTimesAsync(request);

    public Task<ListSchedulesResponse> ListSchedules(ListSchedulesRequest request, CallContext call) => Schedules.ListAsync(request);

    public Task<CountSchedulesResponse> CountSchedules(CountSchedulesRequest request, CallContext call) => Task.FromResult(Schedules.Count(request));
}
