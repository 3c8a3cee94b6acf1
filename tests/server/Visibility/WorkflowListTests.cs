using EmbeddedTemporal;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Filter.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Lists and counts through the SDK's client, of workflows that really run.</summary>
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public sealed class WorkflowListTests
{
    private static readonly EmbeddedTemporalOptions Options = new()
    {
        SearchAttributes = new Dictionary<string, IndexedValueType>
        {
            ["City"] = IndexedValueType.Keyword,
            ["Payable"] = IndexedValueType.Int,
            ["Sellers"] = IndexedValueType.KeywordList,
        },
    };

    [Test]
    public async Task A_workflow_is_found_by_what_it_says_of_itself_as_long_as_it_says_so()
    {
        await using var server = await TestServer.StartAsync(Options);
        await server.WithWorkerAsync(options => options.AddWorkflow<ListedWorkflow>(), async () =>
        {
            var handle = await StartAsync(server, "w", "Seoul");
            Assert.That(await IdsAsync(server.Client, "City = 'Seoul'"), Is.EqualTo(new[] { "w" }));
            await handle.ExecuteUpdateAsync(workflow => workflow.MoveAsync("Busan"));
            Assert.That(await IdsAsync(server.Client, "City = 'Seoul'"), Is.Empty);
            Assert.That(await IdsAsync(server.Client, "City = 'Busan' AND Payable >= 12000 AND Sellers = 's-2'"), Is.EqualTo(new[] { "w" }));
            await handle.ExecuteUpdateAsync(workflow => workflow.MoveAsync(null));
            Assert.That(await IdsAsync(server.Client, "City IS NULL"), Is.EqualTo(new[] { "w" }));
            await handle.SignalAsync(workflow => workflow.EndAsync());
            await handle.GetResultAsync();
            Assert.That(await IdsAsync(server.Client, "ExecutionStatus = 'Completed' AND HistoryLength > 5 AND CloseTime IS NOT NULL"), Is.EqualTo(new[] { "w" }));
            Assert.That(await IdsAsync(server.Client, "ExecutionStatus = 'Running'"), Is.Empty);
        });
    }

    [Test]
    public async Task The_client_pages_through_all_workflows_and_counts_them()
    {
        await using var server = await TestServer.StartAsync(Options);
        for (var i = 0; i < 25; i++)
        {
            var handle = await StartAsync(server, $"w{i:D2}", "Seoul");
            if (i % 5 == 0)
            {
                await handle.TerminateAsync();
            }
        }
        List<string> seen = [];
        var token = Google.Protobuf.ByteString.Empty;
        do
        {
            var page = await server.Client.WorkflowService.ListWorkflowExecutionsAsync(
                new ListWorkflowExecutionsRequest { Namespace = "default", PageSize = 10, NextPageToken = token });
            seen.AddRange(page.Executions.Select(info => info.Execution.WorkflowId));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        Assert.That(seen, Is.Unique);
        Assert.That(seen, Is.EquivalentTo(await IdsAsync(server.Client, string.Empty)));
        Assert.That(seen, Has.Count.EqualTo(25));

        var counted = await server.Client.CountWorkflowsAsync("City = 'Seoul' GROUP BY ExecutionStatus");
        Assert.That(counted.Count, Is.EqualTo(25));
        Assert.That(
            counted.Groups.Select(group => ((string)group.GroupValues.Single(), group.Count)), Is.EqualTo(new[] { ("Running", 20L), ("Terminated", 5L) }));
    }

    [Test]
    public async Task Older_calls_list_open_and_closed_workflows()
    {
        await using var server = await TestServer.StartAsync(Options);
        await StartAsync(server, "open", "Seoul");
        await (await StartAsync(server, "shut", "Seoul")).TerminateAsync();
        var service = server.Client.WorkflowService;
        var open = await service.ListOpenWorkflowExecutionsAsync(new ListOpenWorkflowExecutionsRequest { Namespace = "default" });
        var closed = await service.ListClosedWorkflowExecutionsAsync(new ListClosedWorkflowExecutionsRequest { Namespace = "default" });
        Assert.That(open.Executions.Single().Execution.WorkflowId, Is.EqualTo("open"));
        Assert.That(closed.Executions.Single().Execution.WorkflowId, Is.EqualTo("shut"));
        var running = (await Assert.ThrowsAsync<RpcException>(() => service.ListClosedWorkflowExecutionsAsync(new ListClosedWorkflowExecutionsRequest
        {
            Namespace = "default",
            StatusFilter = new StatusFilter { Status = WorkflowExecutionStatus.Running },
        })))!;
        Assert.That(running.Message, Is.EqualTo("StatusFilter must be specified and must be not Running."));
        var scanned = await service.ScanWorkflowExecutionsAsync(new ScanWorkflowExecutionsRequest { Namespace = "default", Query = "WorkflowId = 'open'" });
        Assert.That(scanned.Executions, Has.Count.EqualTo(1));
        var archived = await service.ListArchivedWorkflowExecutionsAsync(new ListArchivedWorkflowExecutionsRequest { Namespace = "default" });
        Assert.That(archived.Executions, Is.Empty);
    }

    [Test]
    public async Task A_malformed_filter_and_an_unknown_attribute_are_invalid_arguments()
    {
        await using var server = await TestServer.StartAsync(Options);
        foreach (var filter in (string[])["Nope = 1", "City =", "City = Seoul"])
        {
            var refused = (await Assert.ThrowsAsync<RpcException>(() => server.Client.CountWorkflowsAsync(filter)))!;
            Assert.That((refused.Code, refused.Message[..14]), Is.EqualTo((RpcException.StatusCode.InvalidArgument, "invalid query:")));
        }
        var start = (await Assert.ThrowsAsync<RpcException>(() => server.Client.StartWorkflowAsync(
            (ListedWorkflow workflow) => workflow.RunAsync(),
            new WorkflowOptions("w", "q") { TypedSearchAttributes = Attributes(SearchAttributeKey.CreateKeyword("Nope"), "a") })))!;
        Assert.That((start.Code, start.Message), Is.EqualTo((RpcException.StatusCode.InvalidArgument, "Namespace default has no mapping defined for search attribute Nope")));
    }

    [Test]
    public async Task Search_attributes_are_administered_through_the_operator_service()
    {
        await using var server = await TestServer.StartAsync();
        var service = server.Client.OperatorService;
        await service.AddSearchAttributesAsync(new AddSearchAttributesRequest { Namespace = "default", SearchAttributes = { ["City"] = IndexedValueType.Keyword } });
        await StartAsync(server, "w", "Seoul");
        Assert.That(await IdsAsync(server.Client, "City = 'Seoul'"), Is.EqualTo(new[] { "w" }));
        var listed = await service.ListSearchAttributesAsync(new ListSearchAttributesRequest { Namespace = "default" });
        Assert.That(listed.CustomAttributes, Is.EqualTo(new Dictionary<string, IndexedValueType> { ["City"] = IndexedValueType.Keyword }));
        Assert.That(listed.SystemAttributes["ExecutionDuration"], Is.EqualTo(IndexedValueType.Int));
        await service.RemoveSearchAttributesAsync(new RemoveSearchAttributesRequest { Namespace = "default", SearchAttributes = { "City" } });
        await Assert.ThatAsync(() => IdsAsync(server.Client, "City = 'Seoul'"), Throws.TypeOf<RpcException>());
    }

    [Test]
    public async Task What_was_listed_before_a_restart_is_listed_after_it()
    {
        var folder = Directory.CreateTempSubdirectory("visibility").FullName;
        var durable = Options with { DatabaseFile = Path.Combine(folder, "server.db") };
        await using (var before = await TestServer.StartAsync(durable))
        {
            await StartAsync(before, "open", "Seoul");
            await (await StartAsync(before, "shut", "Seoul")).TerminateAsync();
        }

        await using var after = await TestServer.StartAsync(new EmbeddedTemporalOptions { DatabaseFile = durable.DatabaseFile });
        Assert.That(await IdsAsync(after.Client, "City = 'Seoul'"), Is.EqualTo(new[] { "open", "shut" }));
        Assert.That(await IdsAsync(after.Client, "ExecutionStatus = 'Terminated'"), Is.EqualTo(new[] { "shut" }));
        Directory.Delete(folder, true);
    }

    private static Task<WorkflowHandle<ListedWorkflow>> StartAsync(TestServer server, string id, string city) => server.Client.StartWorkflowAsync(
        (ListedWorkflow workflow) => workflow.RunAsync(),
        new WorkflowOptions(id, server.TaskQueue) { TypedSearchAttributes = Attributes(ListedWorkflow.City, city) });

    private static SearchAttributeCollection Attributes(SearchAttributeKey<string> key, string value) =>
        new SearchAttributeCollection.Builder().Set(key, value).ToSearchAttributeCollection();

    private static async Task<List<string>> IdsAsync(TemporalClient client, string filter)
    {
        List<string> ids = [];
        await foreach (var workflow in client.ListWorkflowsAsync(filter))
        {
            ids.Add(workflow.Id);
        }
        return ids;
    }
}
