using EmbeddedTemporal;
using EmbeddedTemporal.Persistence;
using Microsoft.Data.Sqlite;
using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Worker;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>What was answered is on disk: a killed server goes on where it was.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class KillTests
{
    [Test]
    public async Task Every_workflow_that_was_started_survives_a_kill_and_ends()
    {
        using var database = new DatabaseFile();
        var started = new List<string>();
        int port;
        using (var server = await ServerProcess.StartAsync(database.Path))
        {
            port = server.Port;
            var client = await TemporalClient.ConnectAsync(new(server.TargetHost));
            for (var i = 0; i < 20; i++)
            {
                var handle = await client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), new($"survivor-{i}", "queue"));
                await handle.SignalAsync(wf => wf.AddAsync($"{i}"));
                started.Add(handle.Id);
            }

            server.Kill();
        }

        using var again = await ServerProcess.StartAsync(database.Path, port);
        var second = await TemporalClient.ConnectAsync(new(again.TargetHost));
        using var worker = new TemporalWorker(second, new TemporalWorkerOptions("queue").AddWorkflow<MessagesWorkflow>());
        await worker.ExecuteAsync(async () =>
        {
            foreach (var id in started)
            {
                var handle = second.GetWorkflowHandle<MessagesWorkflow, List<string>>(id);
                await handle.SignalAsync(wf => wf.FinishAsync());
                Assert.That(await handle.GetResultAsync(), Is.EqualTo(new[] { id["survivor-".Length..] }));
            }
        });
    }

    [Test]
    public async Task A_kill_in_the_middle_of_work_loses_nothing_that_was_answered()
    {
        using var database = new DatabaseFile();
        var server = await ServerProcess.StartAsync(database.Path);
        var port = server.Port;
        var client = await TemporalClient.ConnectAsync(new(server.TargetHost));
        var flaky = ActivityDefinition.Create("Flaky", typeof(string), [], 0, _ =>
            ActivityExecutionContext.Current.Info.Attempt < 3 ? throw new InvalidOperationException("not yet") : "done");
        var options = new TemporalWorkerOptions("queue").AddWorkflow<ActivityWorkflow>().AddActivity(flaky);
        using var worker = new TemporalWorker(client, options);
        await worker.ExecuteAsync(async () =>
        {
            var handles = new List<WorkflowHandle<ActivityWorkflow, string>>();
            for (var i = 0; i < 10; i++)
            {
                var plan = new ActivityPlan { Activity = "Flaky", StartToClose = TimeSpan.FromSeconds(1), RetrySeconds = 0.3 };
                handles.Add(await client.StartWorkflowAsync((ActivityWorkflow wf) => wf.RunAsync(plan), new($"middle-{i}", "queue")));
            }

            await handles[0].UntilAsync(description => description.PendingActivities.Any(activity => activity.Attempt >= 2));
            server.Kill();
            server.Dispose();
            server = await ServerProcess.StartAsync(database.Path, port);
            var results = await Task.WhenAll(handles.Select(handle => handle.GetResultAsync()));
            Assert.That(results, Is.All.EqualTo("done"));
        });
        server.Dispose();
    }

    [Test]
    public async Task A_timer_fires_in_the_next_server_when_its_time_came_while_none_ran()
    {
        using var database = new DatabaseFile();
        var options = new EmbeddedTemporalOptions { DatabaseFile = database.Path };
        string id;
        await using (var server = await TestServer.StartAsync(options))
        {
            var handle = await server.Client.StartWorkflowAsync((SleepingWorkflow wf) => wf.RunAsync(TimeSpan.FromMilliseconds(300)), new("sleeper", "queue"));
            id = handle.Id;
            using var worker = new TemporalWorker(server.Client, new TemporalWorkerOptions("queue").AddWorkflow<SleepingWorkflow>());
            await worker.ExecuteAsync(() => handle.UntilAsync(description => description.WorkflowExecutionInfo.HistoryLength >= 5));
        }

        await using var next = await TestServer.StartAsync(options);
        using var second = new TemporalWorker(next.Client, new TemporalWorkerOptions("queue").AddWorkflow<SleepingWorkflow>());
        await second.ExecuteAsync(async () =>
            Assert.That(await next.Client.GetWorkflowHandle<SleepingWorkflow, TimeSpan>(id).GetResultAsync(), Is.GreaterThan(TimeSpan.FromMilliseconds(299))));
    }

    [Test]
    public async Task A_closed_workflow_is_still_read_and_listed_after_a_restart()
    {
        using var database = new DatabaseFile();
        var options = new EmbeddedTemporalOptions { DatabaseFile = database.Path };
        await using (var server = await TestServer.StartAsync(options))
        {
            var handle = await server.Client.StartWorkflowAsync((SleepingWorkflow wf) => wf.RunAsync(TimeSpan.FromHours(1)), new("ended", "queue"));
            await handle.TerminateAsync("enough");
        }

        await using var next = await TestServer.StartAsync(options);
        Assert.That((await next.Client.GetWorkflowHandle("ended").FetchHistoryAsync()).Events, Has.Count.EqualTo(3));
        Assert.That((await next.Client.CountWorkflowsAsync("ExecutionStatus = 'Terminated'")).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_damaged_database_is_refused_by_name()
    {
        using var database = new DatabaseFile();
        await File.WriteAllTextAsync(database.Path, new string('x', 10_000));
        await Assert.ThatAsync(
            () => EmbeddedTemporalServer.StartAsync(new() { DatabaseFile = database.Path }),
            Throws.TypeOf<StoreException>().With.Message.Contains(database.Path));
        var (exitCode, error) = await ServerProcess.RunAsync($"server start-dev --port 0 --db-filename {database.Path}");
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(error, Does.Contain(database.Path));
    }

    [Test]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        using var database = new DatabaseFile();
        await using (var connection = new SqliteConnection($"Data Source={database.Path};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            await command.ExecuteNonQueryAsync();
        }

        await Assert.ThatAsync(
            () => EmbeddedTemporalServer.StartAsync(new() { DatabaseFile = database.Path }),
            Throws.TypeOf<StoreException>().With.Message.Contains("newer"));
    }

    [Test]
    public async Task Two_servers_do_not_share_a_database()
    {
        using var database = new DatabaseFile();
        var options = new EmbeddedTemporalOptions { DatabaseFile = database.Path };
        await using var server = await EmbeddedTemporalServer.StartAsync(options);
        await Assert.ThatAsync(() => EmbeddedTemporalServer.StartAsync(options), Throws.TypeOf<StoreException>().With.Message.Contains(database.Path));
    }

    [Test]
    public async Task A_taken_port_ends_the_program_with_one_line()
    {
        await using var server = await EmbeddedTemporalServer.StartAsync(new());
        var port = server.TargetHost[(server.TargetHost.LastIndexOf(':') + 1)..];
        var (exitCode, error) = await ServerProcess.RunAsync($"server start-dev --port {port}");
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(error, Does.Contain(port));
    }
}
