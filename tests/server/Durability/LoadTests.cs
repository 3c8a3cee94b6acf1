using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>Many clients at once, on the same workflows and on different ones: nothing is lost or doubled, and the lists agree.</summary>
[TestFixture]
[CancelAfter(120_000)]
public class LoadTests
{
    private const int Clients = 8;
    private const int Workflows = 12;
    private const int SignalsEach = 10;
    private const int UpdatesEach = 2;

    [Test]
    public async Task Many_clients_on_the_same_and_on_different_workflows_lose_and_double_nothing()
    {
        using var database = new DatabaseFile();
        await using var server = await TestServer.StartAsync(new() { DatabaseFile = database.Path });
        await server.WithWorkerAsync(options => options.AddWorkflow<MessagesWorkflow>(), async () =>
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TemporalClient.ConnectAsync(new(server.Server.TargetHost))));
            await Task.WhenAll(
                from client in Enumerable.Range(0, Clients)
                from workflow in Enumerable.Range(0, Workflows)
                select BotherAsync(clients[client], server.TaskQueue, client, workflow));
            Assert.That((await server.Client.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count, Is.EqualTo(Workflows));

            var results = await Task.WhenAll(Enumerable.Range(0, Workflows).Select(workflow => FinishAsync(server.Client, workflow)));
            Assert.Multiple(() =>
            {
                for (var workflow = 0; workflow < Workflows; workflow++)
                {
                    Assert.That(results[workflow], Is.EquivalentTo(Expected(workflow)), $"what workflow {workflow} received");
                }
            });
            await VerifyListsAsync(server.Client);
        });
    }

    private static string Id(int workflow) => $"load-{workflow}";

    private static IEnumerable<string> Expected(int workflow) => Enumerable.Range(0, Clients).SelectMany(client =>
        Enumerable.Range(0, SignalsEach).Select(number => $"signal {client}/{workflow}/{number}")
            .Concat(Enumerable.Range(0, UpdatesEach).Select(number => $"update {client}/{workflow}/{number}")));

    /// <summary>Every client starts every workflow, and gets the one that the first of them started.</summary>
    private static async Task BotherAsync(TemporalClient client, string taskQueue, int number, int workflow)
    {
        var handle = await client.StartWorkflowAsync(
            (MessagesWorkflow wf) => wf.RunAsync(), new(Id(workflow), taskQueue) { IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting });
        var signals = Enumerable.Range(0, SignalsEach).Select(i => handle.SignalAsync(wf => wf.AddAsync($"signal {number}/{workflow}/{i}"))).ToList();
        for (var i = 0; i < UpdatesEach; i++)
        {
            var text = $"update {number}/{workflow}/{i}";
            await handle.ExecuteUpdateAsync(wf => wf.AppendAsync(text));
        }

        await Task.WhenAll(signals);
    }

    private static async Task<List<string>> FinishAsync(TemporalClient client, int workflow)
    {
        var handle = client.GetWorkflowHandle<MessagesWorkflow, List<string>>(Id(workflow));
        await handle.SignalAsync(wf => wf.FinishAsync());
        return await handle.GetResultAsync();
    }

    private static async Task VerifyListsAsync(TemporalClient client)
    {
        var listed = new List<WorkflowExecution>();
        await foreach (var execution in client.ListWorkflowsAsync(""))
        {
            listed.Add(execution);
        }

        Assert.That(listed.Select(execution => execution.Id), Is.EquivalentTo(Enumerable.Range(0, Workflows).Select(Id)), "one run of each");
        Assert.That(listed.Select(execution => execution.Status), Is.All.EqualTo(WorkflowExecutionStatus.Completed));
        Assert.That((await client.CountWorkflowsAsync("ExecutionStatus = 'Completed'")).Count, Is.EqualTo(Workflows));
        Assert.That((await client.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count, Is.Zero);
        foreach (var execution in listed)
        {
            var signals = (await client.GetWorkflowHandle(execution.Id).FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.WorkflowExecutionSignaled);
            Assert.That(signals, Is.EqualTo((Clients * SignalsEach) + 1), $"signals in the history of {execution.Id}");
        }
    }
}
