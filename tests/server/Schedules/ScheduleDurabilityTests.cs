using EmbeddedTemporal;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Schedules;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Server.Schedules;

/// <summary>A schedule outlives its server.</summary>
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public sealed class ScheduleDurabilityTests
{
    [Test]
    public async Task After_a_restart_a_schedule_knows_what_it_did_and_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("schedules").FullName;
        var options = new EmbeddedTemporalOptions { DatabaseFile = Path.Combine(folder, "server.db") };
        string queue;
        var spec = new ScheduleSpec { Intervals = [new ScheduleIntervalSpec(TimeSpan.FromHours(1))] };
        await using (var before = await ScheduleFixture.StartAsync(ScheduleOverlapPolicy.BufferAll, spec: spec, server: options))
        {
            queue = before.Server.TaskQueue;
            await before.TriggerAsync();
            await before.Schedule.BackfillAsync([new ScheduleBackfill(new DateTime(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc), new DateTime(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc))]);
        }

        await using var server = await TestServer.StartAsync(options);
        var schedule = server.Client.GetScheduleHandle("nightly");
        var description = await schedule.DescribeAsync();
        var raw = await server.Client.WorkflowService.DescribeScheduleAsync(new DescribeScheduleRequest { Namespace = "default", ScheduleId = "nightly" });
        Assert.That((description.Info.NumActions, raw.Info.BufferSize), Is.EqualTo((1L, 1L)));
        var first = (ScheduleActionExecutionStartWorkflow)description.Info.RunningActions.Single();

        // The one that waited starts when the one before it ends.
        await server.Client.GetWorkflowHandle(first.WorkflowId).TerminateAsync();
        Assert.That((await schedule.DescribeAsync()).Info.NumActions, Is.EqualTo(2));

        // And time goes on for the schedule as before.
        await schedule.UpdateAsync(input => new ScheduleUpdate(
            input.Description.Schedule with { Policy = new SchedulePolicy { Overlap = ScheduleOverlapPolicy.AllowAll } }));
        using var worker = new TemporalWorker(server.Client, new TemporalWorkerOptions(queue).AddWorkflow<GatedWorkflow>());
        await worker.ExecuteAsync(() => server.Server.SkipAsync(TimeSpan.FromHours(1)));
        Assert.That((await schedule.DescribeAsync()).Info.NumActions, Is.EqualTo(3));
        Directory.Delete(folder, true);
    }

    [Test]
    public async Task A_deleted_schedule_stays_deleted()
    {
        var folder = Directory.CreateTempSubdirectory("schedules").FullName;
        var options = new EmbeddedTemporalOptions { DatabaseFile = Path.Combine(folder, "server.db") };
        await using (var before = await ScheduleFixture.StartAsync(server: options))
        {
            await before.Schedule.DeleteAsync();
        }

        await using var server = await TestServer.StartAsync(options);
        Assert.That(await server.Client.ListSchedulesAsync().AnyAsync(), Is.False);
        Directory.Delete(folder, true);
    }
}
