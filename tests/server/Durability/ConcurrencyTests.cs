using EmbeddedTemporal;
using OrderOrchestration.Tests.Server.Workflows;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>Many at once: nothing is lost, doubled or mixed up.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[CancelAfter(60_000)]
public class ConcurrencyTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Every_signal_and_update_sent_at_once_arrives_exactly_once(bool durable)
    {
        var directory = Directory.CreateTempSubdirectory("embedded-temporal-");
        try
        {
            await using var server = await TestServer.StartAsync(new() { DatabaseFile = durable ? Path.Combine(directory.FullName, "temporal.db") : null });
            await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
            {
                var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), server.NewWorkflow());
                var signals = Enumerable.Range(0, 40).Select(i => handle.SignalAsync(wf => wf.AddAsync($"signal {i}")));
                var updates = Enumerable.Range(0, 10).Select(i => handle.ExecuteUpdateAsync(wf => wf.AppendAsync($"update {i}")));
                await Task.WhenAll([.. signals, .. updates]);
                await handle.SignalAsync(wf => wf.FinishAsync());
                var expected = Enumerable.Range(0, 40).Select(i => $"signal {i}").Concat(Enumerable.Range(0, 10).Select(i => $"update {i}"));
                Assert.That(await handle.GetResultAsync(), Is.EquivalentTo(expected));
            });
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Whoever_looks_for_a_run_while_it_is_being_written_meets_the_one_that_is()
    {
        var directory = Directory.CreateTempSubdirectory("embedded-temporal-");
        try
        {
            await using var server = await TestServer.StartAsync(new EmbeddedTemporalOptions { DatabaseFile = Path.Combine(directory.FullName, "temporal.db") });
            await server.WithWorkerAsync(o => o.AddWorkflow<MessagesWorkflow>(), async () =>
            {
                var runs = Enumerable.Range(0, 30).Select(async i =>
                {
                    var options = server.NewWorkflow(o => o.IdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.UseExisting);
                    var starts = Enumerable.Range(0, 3).Select(_ => server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), options));
                    var handles = await Task.WhenAll(starts);
                    await Task.WhenAll(handles.Select(handle => handle.SignalAsync(wf => wf.AddAsync("hello"))));
                    await handles[0].SignalAsync(wf => wf.FinishAsync());
                    return await handles[0].GetResultAsync();
                });
                Assert.That(await Task.WhenAll(runs), Has.All.Count.EqualTo(3));
            });
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
