using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrderOrchestration.Worker;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Common;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Workflows.Replay;

/// <summary>
/// What an earlier release started goes on under today's code: the histories that each release recorded, one folder for each in <c>Histories</c>, are replayed by
/// the workflows that a worker runs. Histories of a release are never changed; a release adds its own, recorded with
/// <c>ORDER_TESTS_RECORD_HISTORIES=$PWD/tests/workflows/Histories/1.1 dotnet test tests/workflows --filter FullyQualifiedName~ReplayTests</c>.
/// </summary>
public sealed class ReplayTests
{
    private static readonly string? RecordTo = Environment.GetEnvironmentVariable("ORDER_TESTS_RECORD_HISTORIES");

    private static IList<WorkflowDefinition> Workflows { get; } = WorkerWorkflows();

    private static string Folder { get; } = Path.Combine(Path.GetDirectoryName(typeof(ReplayTests).Assembly.Location)!, "Histories");

    [OneTimeSetUp]
    public async Task RecordAsync()
    {
        if (RecordTo is null)
        {
            return;
        }

        Assert.That(Directory.Exists(RecordTo), Is.False, $"{RecordTo} is recorded already");
        await OrderHistories.RecordAsync(RecordTo);
        await SettlementHistories.RecordAsync(RecordTo);
        await ReconciliationHistories.RecordAsync(RecordTo);
        await RetentionHistories.RecordAsync(RecordTo);
        foreach (var file in Directory.EnumerateFiles(RecordTo))
        {
            Assert.That((await ReplayAsync(file)).ReplayFailure, Is.Null, file);
        }
    }

    [TestCaseSource(nameof(Files))]
    public async Task A_recorded_history_replays(string release, string name)
    {
        var result = await ReplayAsync(Path.Combine(Folder, release, name + ".json"));

        Assert.That(result.ReplayFailure, Is.Null);
    }

    [Test]
    public void Each_release_has_a_history_of_every_workflow_type() => Assert.That(
        Files().GroupBy(file => file.Arguments[0], file => Type(Path.Combine(Folder, $"{file.Arguments[0]}", $"{file.Arguments[1]}.json"))).SelectMany(
            release => Workflows.Select(workflow => workflow.Name!).Except(release).Select(missing => $"{release.Key}: {missing}")),
        Is.Empty);

    private static async Task<WorkflowReplayResult> ReplayAsync(string file)
    {
        var options = new WorkflowReplayerOptions { DataConverter = OrderJson.DataConverter };
        foreach (var workflow in Workflows)
        {
            options.AddWorkflow(workflow);
        }

        var history = WorkflowHistory.FromJson(Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file));
        return await new WorkflowReplayer(options).ReplayWorkflowAsync(history, throwOnReplayFailure: false);
    }

    private static IList<WorkflowDefinition> WorkerWorkflows()
    {
        using var services = new ServiceCollection().AddLogging().AddOrderWorker(new ConfigurationBuilder().Build()).BuildServiceProvider();
        return services.GetRequiredService<IOptionsMonitor<TemporalWorkerServiceOptions>>().Get(OrderTemporal.TaskQueue).Workflows;
    }

    private static string Type(string file) =>
        WorkflowHistory.FromJson("recorded", File.ReadAllText(file)).Events.First().WorkflowExecutionStartedEventAttributes.WorkflowType.Name;

    private static IEnumerable<TestCaseData> Files() => Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => new TestCaseData(Path.GetFileName(Path.GetDirectoryName(file)), Path.GetFileNameWithoutExtension(file)));
}
