using EmbeddedTemporal;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>A server with a schedule that starts <see cref="GatedWorkflow"/>.</summary>
internal sealed class ScheduleFixture : IAsyncDisposable
{
    private ScheduleFixture(TestServer server) => Server = server;

    public TestServer Server { get; }

    public ITemporalClient Client => Server.Client;

    public ScheduleHandle Schedule { get; private set; } = null!;

    public static async Task<ScheduleFixture> StartAsync(
        ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy.Unspecified,
        Func<Schedule, Schedule>? amend = null,
        ScheduleSpec? spec = null,
        ScheduleOptions? options = null,
        EmbeddedTemporalOptions? server = null)
    {
        var fixture = new ScheduleFixture(await TestServer.StartAsync(server));
        var schedule = new Schedule(fixture.Action(), spec ?? new ScheduleSpec()) { Policy = new SchedulePolicy { Overlap = overlap } };
        fixture.Schedule = await fixture.Client.CreateScheduleAsync("nightly", amend?.Invoke(schedule) ?? schedule, options);
        return fixture;
    }

    public ScheduleActionStartWorkflow Action(string id = "report") =>
        ScheduleActionStartWorkflow.Create((GatedWorkflow workflow) => workflow.RunAsync(), new WorkflowOptions(id, Server.TaskQueue));

    public Task WithWorkerAsync(Func<Task> body) => Server.WithWorkerAsync(options => options.AddWorkflow<GatedWorkflow>(), body);

    /// <summary>Triggers, and answers what the schedule then is.</summary>
    public async Task<ScheduleDescription> TriggerAsync(ScheduleOverlapPolicy overlap = ScheduleOverlapPolicy.Unspecified)
    {
        await Schedule.TriggerAsync(new ScheduleTriggerOptions { Overlap = overlap });
        return await Schedule.DescribeAsync();
    }

    /// <summary>Answers the workflows the schedule has started, oldest first.</summary>
    public async Task<WorkflowHandle<GatedWorkflow, string>[]> StartedAsync() =>
        [.. (await Schedule.DescribeAsync()).Info.RecentActions.Select(action => (ScheduleActionExecutionStartWorkflow)action.Action)
            .Select(started => Client.GetWorkflowHandle<GatedWorkflow, string>(started.WorkflowId, started.FirstExecutionRunId))];

    /// <summary>Lets a workflow end and waits until it has.</summary>
    public static async Task EndAsync(WorkflowHandle<GatedWorkflow, string> handle, string how = "done")
    {
        await handle.SignalAsync(workflow => workflow.EndAsync(how));
        Assert.That(await Outcome(handle), Is.EqualTo(how == "fail" ? "failed" : how));
    }

    /// <summary>Waits for a workflow's end.</summary>
    public static async Task<string> Outcome(WorkflowHandle<GatedWorkflow, string> handle)
    {
        try
        {
            return await handle.GetResultAsync();
        }
        catch (Temporalio.Exceptions.WorkflowFailedException failed)
        {
            return failed.InnerException switch
            {
                Temporalio.Exceptions.CanceledFailureException => "cancelled",
                Temporalio.Exceptions.TerminatedFailureException => "terminated",
                _ => "failed",
            };
        }
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
