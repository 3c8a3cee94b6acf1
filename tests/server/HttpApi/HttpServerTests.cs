using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EmbeddedTemporal;
using OrderOrchestration.Tests.Server.Workflows;

namespace OrderOrchestration.Tests.Server.HttpApi;

/// <summary>The HTTP API and the Web UI's address of a server, with a worker behind it.</summary>
[Parallelizable(ParallelScope.All)]
[CancelAfter(30_000)]
public sealed class HttpServerTests
{
    [Test]
    public async Task A_workflow_is_started_followed_and_listed_over_http()
    {
        await using var server = await TestServer.StartAsync(new EmbeddedTemporalOptions { HttpPort = 0 });
        using var http = new HttpClient { BaseAddress = server.Server.HttpAddress };
        await server.WithWorkerAsync(options => options.AddWorkflow<GreetingWorkflow>().AddActivity(GreetingActivities.Greet), async () =>
        {
            var started = await PostAsync(
                http, "/namespaces/default/workflows/hello%2F1", $$"""{"workflowType": {"name": "GreetingWorkflow"}, "taskQueue": {"name": "{{server.TaskQueue}}"}, "input": ["http"], "requestId": "r"}""");
            Assert.That((bool)started["started"]!, Is.True);
            var history = await GetAsync(
                http, $"/namespaces/default/workflows/hello%2F1/history?execution.runId={started["runId"]}&waitNewEvent=true&historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT");
            var closed = history["history"]!["events"]!.AsArray().Single()!;
            Assert.That((string)closed["eventType"]!, Is.EqualTo("EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"));
            Assert.That((string)closed["workflowExecutionCompletedEventAttributes"]!["result"]![0]!, Is.EqualTo("Hello, http!"));
            var listed = await GetAsync(http, "/api/v1/namespaces/default/workflows?query=" + Uri.EscapeDataString("WorkflowId = 'hello/1'"));
            Assert.That((string)listed["executions"]![0]!["status"]!, Is.EqualTo("WORKFLOW_EXECUTION_STATUS_COMPLETED"));
        });
    }

    [Test]
    public async Task A_schedule_is_created_described_and_deleted_over_http()
    {
        await using var server = await TestServer.StartAsync(new EmbeddedTemporalOptions { HttpPort = 0 });
        using var http = new HttpClient { BaseAddress = server.Server.HttpAddress };
        const string schedule = "/api/v1/namespaces/default/schedules/nightly";
        await PostAsync(http, schedule, """
            {"requestId": "r", "schedule": {"spec": {"cronString": ["0 3 * * *"]}, "policies": {"overlapPolicy": "BufferOne"},
             "action": {"startWorkflow": {"workflowId": "w", "workflowType": {"name": "Report"}, "taskQueue": {"name": "q"} } } } }
            """);
        var described = await GetAsync(http, schedule);
        Assert.That((string)described["schedule"]!["policies"]!["overlapPolicy"]!, Is.EqualTo("SCHEDULE_OVERLAP_POLICY_BUFFER_ONE"));
        Assert.That((int)described["schedule"]!["spec"]!["structuredCalendar"]![0]!["hour"]![0]!["start"]!, Is.EqualTo(3));
        using var deleted = await http.DeleteAsync(new Uri(schedule, UriKind.Relative));
        Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var gone = await http.GetAsync(new Uri(schedule, UriKind.Relative));
        Assert.That(gone.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(
            (string)JsonNode.Parse(await gone.Content.ReadAsStringAsync())!["details"]![0]!["@type"]!,
            Is.EqualTo("type.googleapis.com/temporal.api.errordetails.v1.NotFoundFailure"));
    }

    [Test]
    public async Task An_unknown_namespace_and_an_unfinished_call_have_their_status()
    {
        await using var server = await TestServer.StartAsync(new EmbeddedTemporalOptions { HttpPort = 0 });
        using var http = new HttpClient { BaseAddress = server.Server.HttpAddress };
        using var unknown = await http.GetAsync(new Uri("/api/v1/namespaces/nowhere/workflows", UriKind.Relative));
        Assert.That((int)unknown.StatusCode, Is.EqualTo(404));
        Assert.That((string)JsonNode.Parse(await unknown.Content.ReadAsStringAsync())!["message"]!, Is.EqualTo("Namespace nowhere is not found."));
        using var nexus = await http.GetAsync(new Uri("/api/v1/nexus/endpoints", UriKind.Relative));
        Assert.That((int)nexus.StatusCode, Is.EqualTo(501));
    }

    [Test]
    public async Task The_web_ui_is_served_with_the_calls_it_makes_at_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("webui").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<html>UI</html>");
        await File.WriteAllTextAsync(Path.Combine(folder, "favicon.svg"), "<svg/>");
        await using (var server = await TestServer.StartAsync(new EmbeddedTemporalOptions { UiPort = 0, UiDirectory = folder }))
        {
            using var http = new HttpClient { BaseAddress = server.Server.UiAddress };
            Assert.That(await http.GetStringAsync(new Uri("/namespaces/default/workflows", UriKind.Relative)), Is.EqualTo("<html>UI</html>"));
            Assert.That(await http.GetStringAsync(new Uri("/favicon.svg", UriKind.Relative)), Is.EqualTo("<svg/>"));
            foreach (var call in (string[])
            [
                "settings", "cluster-info", "system-info", "namespaces", "namespaces/default", "namespaces/default/workflows",
                "namespaces/default/workflow-count?query=GROUP BY ExecutionStatus", "namespaces/default/search-attributes", "namespaces/default/schedules",
            ])
            {
                using var answer = await http.GetAsync(new Uri($"/api/v1/{call}", UriKind.Relative));
                Assert.That((int)answer.StatusCode, Is.EqualTo(200), call);
                Assert.That(JsonNode.Parse(await answer.Content.ReadAsStringAsync()), Is.InstanceOf<JsonObject>(), call);
            }
        }
        Directory.Delete(folder, true);
    }

    private static async Task<JsonNode> GetAsync(HttpClient http, string path) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private static async Task<JsonNode> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(200), text);
        return JsonNode.Parse(text)!;
    }
}
