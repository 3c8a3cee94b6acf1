using System.Globalization;
using System.Text.Json.Nodes;
using EmbeddedTemporal.HttpApi;
using Google.Protobuf;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.HttpApi;

/// <summary>What the Web UI finds at its address, and who may come there.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WebUiTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("webui").FullName;
    private HttpApiFixture ui = null!;

    [SetUp]
    public async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<html>UI</html>");
        Directory.CreateDirectory(Path.Combine(folder, "_app", "immutable"));
        await File.WriteAllTextAsync(Path.Combine(folder, "_app", "immutable", "app.js"), "run()");
        ui = await HttpApiFixture.StartAsync(new HttpApiOptions { WebUi = true, WebUiFolder = folder, DefaultNamespace = "shop" });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await ui.DisposeAsync();
        Directory.Delete(folder, true);
    }

    [TestCase("/")]
    [TestCase("/namespaces/default/workflows")]
    [TestCase("/namespaces/default/workflows/order.1/r-1/history")]
    [TestCase("/namespaces/default/schedules/nightly.v1")]
    [TestCase("/render?content=what%20a%20workflow%20writes")]
    public async Task Every_page_of_the_ui_is_its_first_page(string path)
    {
        Assert.That(await ui.GetStringAsync(path), Is.EqualTo("<html>UI</html>"));
        Assert.That(ui.Request, Is.Null);
    }

    [Test]
    public async Task Its_files_are_served_with_their_type_and_those_named_by_content_are_kept()
    {
        using var response = await ui.GetAsync("/_app/immutable/app.js");
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("run()"));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
        Assert.That(response.Headers.CacheControl!.ToString(), Does.Contain("immutable"));
    }

    [Test]
    public async Task Without_a_built_ui_a_page_says_how_to_get_it()
    {
        await using var bare = await HttpApiFixture.StartAsync(new HttpApiOptions { WebUi = true });
        Assert.That(await bare.GetStringAsync("/namespaces/default"), Does.Contain("dev/webui"));
    }

    [Test]
    public async Task The_api_is_under_api_v1_and_unknown_calls_are_no_pages()
    {
        await ui.GetStringAsync("/api/v1/namespaces/default/workflows");
        Assert.That(ui.Method!.Name, Is.EqualTo("ListWorkflowExecutions"));
        using var response = await ui.GetAsync("/api/v1/none");
        Assert.That((int)response.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task Settings_tell_the_ui_that_it_may_do_everything()
    {
        var settings = JsonNode.Parse(await ui.GetStringAsync("/api/v1/settings"))!;
        Assert.That((string)settings["DefaultNamespace"]!, Is.EqualTo("shop"));
        Assert.That((bool)settings["Auth"]!["Enabled"]!, Is.False);
        Assert.That((bool)settings["DisableWriteActions"]!, Is.False);
        Assert.That(Version.Parse((string)settings["Version"]!), Is.GreaterThanOrEqualTo(new Version(2, 23, 0)));
        Assert.That((string)settings["Codec"]!["Endpoint"]!, Is.Empty);
    }

    [Test]
    public async Task Raw_history_is_all_pages_as_one_list()
    {
        ui.Answer = request => ((GetWorkflowExecutionHistoryRequest)request).NextPageToken.IsEmpty
            ? Page(ByteString.CopyFromUtf8("more"), 1, 2)
            : Page(ByteString.Empty, 3);
        var events = JsonNode.Parse(await ui.GetStringAsync("/api/v1/namespaces/default/workflows/a%2Fb/run/r/history.json"))!.AsArray();
        Assert.That(events.Select(item => (string)item!["eventId"]!), Is.EqualTo(new[] { "1", "2", "3" }));
        Assert.That((string)events[0]!["eventType"]!, Is.EqualTo("EVENT_TYPE_TIMER_FIRED"));
        Assert.That(ui.RequestAs<GetWorkflowExecutionHistoryRequest>().Execution.WorkflowId, Is.EqualTo("a/b"));
    }

    [TestCase("/api/v1/namespaces/default/workflows/{0}/run/r/history.json")]
    [TestCase("/namespaces/default/workflows/{0}/r/history.json", Description = "The link on the page of a history.")]
    public async Task Raw_history_is_of_the_run_that_is_named(string path)
    {
        foreach (var id in new[] { "a/b", "a%2Fb", "100%", "%25", "a b+c" })
        {
            ui.Answer = _ => Page(ByteString.Empty, 1);
            await ui.GetStringAsync(string.Format(CultureInfo.InvariantCulture, path, Uri.EscapeDataString(id)));
            var request = ui.RequestAs<GetWorkflowExecutionHistoryRequest>();
            Assert.That((request.Namespace, request.Execution.WorkflowId, request.Execution.RunId), Is.EqualTo(("default", id, "r")));
        }
    }

    [Test]
    public async Task Raw_history_of_no_run_is_not_found()
    {
        ui.Answer = HttpApiFixture.Fail(StatusCode.NotFound, "workflow not found");
        using var response = await ui.GetAsync("/api/v1/namespaces/default/workflows/w/run/r/history.json");
        Assert.That((int)response.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_file_of_another_build_is_missing_and_no_page()
    {
        using var response = await ui.GetAsync("/_app/immutable/older.js");
        Assert.That((int)response.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_ui_that_is_made_later_is_served_from_then_on()
    {
        var later = Path.Combine(folder, "later");
        await using var early = await HttpApiFixture.StartAsync(new HttpApiOptions { WebUi = true, WebUiFolder = later });
        Assert.That(await early.GetStringAsync("/"), Does.Contain("dev/webui"));

        Directory.CreateDirectory(later);
        await File.WriteAllTextAsync(Path.Combine(later, "index.html"), "<html>later</html>");

        Assert.That(await early.GetStringAsync("/namespaces/default/workflows"), Is.EqualTo("<html>later</html>"));
    }

    [TestCase("evil.example", null, 403)]
    [TestCase("localhost:8233", null, 200)]
    [TestCase("[::1]:8233", null, 200)]
    [TestCase("127.0.0.1", "http://evil.example", 403)]
    [TestCase("127.0.0.1", "null", 403)]
    [TestCase("127.0.0.1", "http://localhost:3000", 200)]
    public async Task Only_this_machine_may_call(string host, string? origin, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/cluster-info");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        using var response = await ui.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(ui.Request is not null, Is.EqualTo(status == 200));
        Assert.That(
            response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null,
            Is.EqualTo(status == 200 ? origin : null));
    }

    [Test]
    public async Task A_page_of_this_machine_may_ask_before_it_posts()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/namespaces/default/workflows/w");
        request.Headers.Add("Origin", "http://127.0.0.1:3000");
        using var response = await ui.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(204));
        Assert.That(response.Headers.GetValues("Access-Control-Allow-Methods").Single(), Does.Contain("POST"));
    }

    private static GetWorkflowExecutionHistoryResponse Page(ByteString token, params long[] ids)
    {
        var page = new GetWorkflowExecutionHistoryResponse { NextPageToken = token, History = new History() };
        page.History.Events.AddRange(ids.Select(id => new HistoryEvent { EventId = id, EventType = EventType.TimerFired }));
        return page;
    }
}
