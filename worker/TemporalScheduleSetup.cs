using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace OrderOrchestration.Worker;

/// <summary>
/// Creates the schedules of <c>temporal-dev.yaml</c>. An existing schedule belongs to the operators: a paused one stays paused, and its time is only
/// updated if the policy it comes from has changed since it was last set, which is recorded in a memo on its action.
/// </summary>
internal sealed partial class TemporalScheduleSetup(ITemporalClient client, IOptions<OrderPolicies> policies, ILogger<TemporalScheduleSetup> logger)
    : IHostedLifecycleService
{
    private const string SetFrom = "setFrom";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var wanted in TemporalNamespaceFile.Load(TemporalNamespaceFile.DefaultPath).Schedules)
        {
            try
            {
                await EnsureAsync(wanted, WeeklyOrDaily.Of(wanted.At, policies.Value), cancellationToken);
            }
            catch (RpcException error) when (error.Code is RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unimplemented)
            {
                LogNotAllowed(wanted.Id, error.Message);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(WantedSchedule wanted, WeeklyOrDaily at, CancellationToken cancellationToken)
    {
        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        try
        {
            await client.CreateScheduleAsync(wanted.Id, Whole(wanted, at), new() { Rpc = rpc });
            LogCreated(wanted.Id, at.Text, wanted.TimeZone);
        }
        catch (ScheduleAlreadyRunningException)
        {
            await SetTimeAsync(wanted, at, rpc);
        }
    }

    private async Task SetTimeAsync(WantedSchedule wanted, WeeklyOrDaily at, RpcOptions rpc)
    {
        var schedule = client.GetScheduleHandle(wanted.Id);
        if (await SetFromAsync(await schedule.DescribeAsync(rpc)) == at.Text)
        {
            return;
        }

        await schedule.UpdateAsync(
            input => new ScheduleUpdate(input.Description.Schedule with { Spec = Spec(wanted, at), Action = Action(wanted, at) }), rpc);
        LogSet(wanted.Id, at.Text, wanted.TimeZone);
    }

    private static async Task<string?> SetFromAsync(ScheduleDescription description) =>
        description.Schedule.Action is ScheduleActionStartWorkflow action
        && action.Options.Memo?.TryGetValue(SetFrom, out var memo) == true
        && memo is IEncodedRawValue raw
            ? await raw.ToValueAsync<string>()
            : null;

    private static Schedule Whole(WantedSchedule wanted, WeeklyOrDaily at) => new(Action(wanted, at), Spec(wanted, at))
    {
        Policy = new SchedulePolicy { CatchupWindow = wanted.CatchupWindow, Overlap = wanted.Overlap },
    };

    private static ScheduleSpec Spec(WantedSchedule wanted, WeeklyOrDaily at) => new()
    {
        TimeZoneName = wanted.TimeZone,
        Calendars =
        [
            new ScheduleCalendarSpec
            {
                Hour = [new ScheduleRange(at.Time.Hour)],
                Minute = [new ScheduleRange(at.Time.Minute)],
                Second = [new ScheduleRange(at.Time.Second)],
                DayOfWeek = at.Day is { } day ? [new ScheduleRange((int)day)] : ScheduleCalendarSpec.AllWeekDays,
            },
        ],
    };

    private static ScheduleActionStartWorkflow Action(WantedSchedule wanted, WeeklyOrDaily at) => ScheduleActionStartWorkflow.Create(
        wanted.Workflow,
        wanted.Workflow == SettlementTemporal.PayoutRunWorkflow ? [new PayoutRun()] : [],
        new WorkflowOptions(wanted.Id, OrderTemporal.TaskQueue)
        {
            Memo = new Dictionary<string, object> { [SetFrom] = at.Text },
            StaticSummary = $"{wanted.Id}, {at.Text} {wanted.TimeZone}",
        });

    [LoggerMessage(LogLevel.Information, "schedule {Schedule} created: {Time} {TimeZone}")]
    private partial void LogCreated(string schedule, string time, string timeZone);

    [LoggerMessage(LogLevel.Information, "schedule {Schedule} set anew: {Time} {TimeZone}")]
    private partial void LogSet(string schedule, string time, string timeZone);

    [LoggerMessage(LogLevel.Warning, "schedule {Schedule} is not ours to set up ({Reason}); an operator creates it as temporal-dev.yaml says")]
    private partial void LogNotAllowed(string schedule, string reason);

    /// <summary>When a schedule runs.</summary>
    private readonly record struct WeeklyOrDaily(DayOfWeek? Day, TimeOnly Time, string Text)
    {
        public static WeeklyOrDaily Of(string policy, OrderPolicies policies) => policy switch
        {
            nameof(OrderPolicies.SettlementTime) => new(null, policies.SettlementTime, policies.SettlementTime.ToString("O", null)),
            nameof(OrderPolicies.ReconciliationTime) => new(null, policies.ReconciliationTime, policies.ReconciliationTime.ToString("O", null)),
            nameof(OrderPolicies.RetentionTime) => new(null, policies.RetentionTime, policies.RetentionTime.ToString("O", null)),
            nameof(OrderPolicies.PayoutTime) => new(policies.PayoutTime.Day, policies.PayoutTime.Time, policies.PayoutTime.ToString()),
            _ => throw new InvalidOperationException($"temporal-dev.yaml: there is no policy {policy} that says when a schedule acts"),
        };
    }
}
