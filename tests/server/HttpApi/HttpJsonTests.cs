using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmbeddedTemporal.HttpApi;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.HttpApi;

/// <summary>The JSON of requests and responses, in full and in short form, and the JSON of errors.</summary>
public sealed class HttpJsonTests
{
    private const string Query = "/api/v1/namespaces/default/workflows/w/query/state";
    private HttpApiFixture api = null!;
    private HttpApiFixture ui = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await HttpApiFixture.StartAsync(new HttpApiOptions());
        ui = await HttpApiFixture.StartAsync(new HttpApiOptions { WebUi = true });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await api.DisposeAsync();
        await ui.DisposeAsync();
    }

    [SetUp]
    public void AnswerNothing() => api.Answer = ui.Answer = null;

    [Test]
    public async Task A_body_is_the_request_and_the_path_has_the_last_word()
    {
        await PostAsync(api, "/namespaces/default/workflows/w", """
            {"workflowId": "other", "request_id": "r", "workflowType": {"name": "Order"}, "taskQueue": {"name": "q", "kind": "Normal"},
             "workflowRunTimeout": "1.5s", "workflowIdReusePolicy": "WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE"}
            """);
        Assert.That(api.Request, Is.EqualTo(new StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = "w",
            RequestId = "r",
            WorkflowType = new WorkflowType { Name = "Order" },
            TaskQueue = new Temporalio.Api.TaskQueue.V1.TaskQueue { Name = "q", Kind = TaskQueueKind.Normal },
            WorkflowRunTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5)),
            WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate,
        }));
    }

    [TestCase("""[{"a": 1.50}, "주문", 12345678901234567890, null, true]""", "{\"a\":1.50}|\"주문\"|12345678901234567890|null|true")]
    [TestCase("""{"payloads": ["x"]}""", "\"x\"")]
    [TestCase("[]", "")]
    [TestCase("null", "")]
    public async Task Payloads_may_be_sent_as_the_json_they_hold(string input, string data)
    {
        await PostAsync(api, "/namespaces/default/workflows/w", $$"""{"input": {{input}}}""");
        var payloads = api.RequestAs<StartWorkflowExecutionRequest>().Input?.Payloads_ ?? [];
        Assert.That(
            string.Join('|', payloads.Select(payload => payload.Metadata["encoding"].ToStringUtf8() == "binary/null" ? "null" : payload.Data.ToStringUtf8())),
            Is.EqualTo(data));
    }

    [Test]
    public async Task Payloads_sent_in_full_stay_as_they_are()
    {
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("binary/encrypted") }, Data = ByteString.CopyFrom(1, 2, 255) };
        await PostAsync(api, "/namespaces/default/workflows/w", $$"""{"input": {"payloads": [{{payload}}]}, "memo": {"fields": {"a": {{payload}}, "b": {"metadata": 1} } } }""");
        var request = api.RequestAs<StartWorkflowExecutionRequest>();
        Assert.That(request.Input.Payloads_.Single(), Is.EqualTo(payload));
        Assert.That(request.Memo.Fields["a"], Is.EqualTo(payload));
        Assert.That(request.Memo.Fields["b"].Data.ToStringUtf8(), Is.EqualTo("""{"metadata":1}"""));
    }

    [Test]
    public async Task A_proto_message_is_known_by_its_type_in_short_form()
    {
        await PostAsync(api, "/namespaces/default/workflows/w", """{"input": [{"_protoMessageType": "shop.Order", "id": 1}]}""");
        var payload = api.RequestAs<StartWorkflowExecutionRequest>().Input.Payloads_.Single();
        Assert.That(payload.Metadata["encoding"].ToStringUtf8(), Is.EqualTo("json/protobuf"));
        Assert.That(payload.Metadata["messageType"].ToStringUtf8(), Is.EqualTo("shop.Order"));
        api.Answer = _ => new QueryWorkflowResponse { QueryResult = new Payloads { Payloads_ = { payload } } };
        Assert.That(await PostAsync(api, Query, "{}"), Is.EqualTo("""{"queryResult":[{"id":1,"_protoMessageType":"shop.Order"}]}"""));
    }

    [TestCase("json/plain", "{\"a\": \"é\"}", """{"queryResult":[{"a":"é"}]}""")]
    [TestCase("binary/null", "", """{"queryResult":[null]}""")]
    [TestCase("binary/plain", "a", """{"queryResult":{"payloads":[{"metadata":{"encoding":"YmluYXJ5L3BsYWlu"},"data":"YQ=="}]}}""")]
    [TestCase("json/plain", "not json", """{"queryResult":{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"bm90IGpzb24="}]}}""")]
    public async Task Payloads_are_answered_as_the_json_they_hold_where_they_hold_some(string encoding, string data, string expected)
    {
        api.Answer = Result(encoding, data);
        Assert.That(await PostAsync(api, Query, "{}"), Is.EqualTo(expected));
    }

    [Test]
    public async Task They_are_answered_in_full_where_asked_for_and_to_the_web_ui()
    {
        const string full = """{"queryResult":{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MQ=="}]}}""";
        api.Answer = ui.Answer = Result("json/plain", "1");
        Assert.That(Compact(await PostAsync(api, Query + "?noPayloadShorthand", "{}")), Is.EqualTo(full));
        Assert.That(Compact(await PostAsync(ui, Query, "{}")), Is.EqualTo(full));
        using var request = new HttpRequestMessage(HttpMethod.Post, Query) { Content = new StringContent("{}") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json+no-payload-shorthand"));
        using var response = await api.Client.SendAsync(request);
        Assert.That(Compact(await response.Content.ReadAsStringAsync()), Is.EqualTo(full));
    }

    [Test]
    public async Task Pretty_is_indented()
    {
        api.Answer = Result("json/plain", "{\"a\":1}");
        Assert.That(
            (await PostAsync(api, Query + "?pretty", "{}")).ReplaceLineEndings("\n"),
            Is.EqualTo("{\n  \"queryResult\": [\n    {\n      \"a\": 1\n    }\n  ]\n}"));
    }

    [Test]
    public async Task Numbers_enums_and_times_are_written_as_protobuf_json_does()
    {
        api.Answer = _ => new ListWorkflowExecutionsResponse
        {
            Executions =
            {
                new Temporalio.Api.Workflow.V1.WorkflowExecutionInfo
                {
                    HistoryLength = 9_007_199_254_740_993,
                    Status = WorkflowExecutionStatus.TimedOut,
                    StartTime = Timestamp.FromDateTime(new DateTime(2026, 3, 1, 0, 0, 0, 120, DateTimeKind.Utc)),
                },
            },
        };
        Assert.That(
            Compact(await api.GetStringAsync("/api/v1/namespaces/default/workflows")),
            Is.EqualTo("""{"executions":[{"startTime":"2026-03-01T00:00:00.120Z","status":"WORKFLOW_EXECUTION_STATUS_TIMED_OUT","historyLength":"9007199254740993"}]}"""));
    }

    [TestCase(StatusCode.InvalidArgument, 400)]
    [TestCase(StatusCode.FailedPrecondition, 400)]
    [TestCase(StatusCode.Unauthenticated, 401)]
    [TestCase(StatusCode.PermissionDenied, 403)]
    [TestCase(StatusCode.NotFound, 404)]
    [TestCase(StatusCode.AlreadyExists, 409)]
    [TestCase(StatusCode.Aborted, 409)]
    [TestCase(StatusCode.ResourceExhausted, 429)]
    [TestCase(StatusCode.Cancelled, 499)]
    [TestCase(StatusCode.Internal, 500)]
    [TestCase(StatusCode.Unimplemented, 501)]
    [TestCase(StatusCode.Unavailable, 503)]
    [TestCase(StatusCode.DeadlineExceeded, 504)]
    public async Task An_error_has_the_http_status_of_its_code(StatusCode code, int status)
    {
        api.Answer = HttpApiFixture.Fail(code, "because");
        using var response = await api.GetAsync("/api/v1/cluster-info");
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(Compact(await response.Content.ReadAsStringAsync()), Is.EqualTo($$"""{"code":{{(int)code}},"message":"because"}"""));
    }

    [Test]
    public async Task An_error_keeps_its_typed_details()
    {
        api.Answer = HttpApiFixture.Fail(
            StatusCode.AlreadyExists, "already", new WorkflowExecutionAlreadyStartedFailure { StartRequestId = "q", RunId = "r" });
        using var response = await api.GetAsync("/api/v1/cluster-info");
        var detail = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["details"]![0]!;
        Assert.That((string)detail["@type"]!, Is.EqualTo("type.googleapis.com/temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure"));
        Assert.That((string)detail["runId"]!, Is.EqualTo("r"));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"nope": 1}""")]
    [TestCase("""{"workflowType": "Order"}""")]
    [TestCase("""{"workflowIdReusePolicy": "Sometimes"}""")]
    [TestCase("""{"workflowRunTimeout": "soon"}""")]
    public async Task A_body_that_is_no_such_request_is_a_bad_request(string body)
    {
        using var content = new StringContent(body);
        using var response = await api.Client.PostAsync(new Uri("/namespaces/default/workflows/w", UriKind.Relative), content);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("\"code\""));
    }

    [Test]
    public async Task A_body_above_4_MiB_is_refused()
    {
        using var content = new StringContent($$"""{"identity": "{{new string('a', 4 * 1024 * 1024)}}"}""");
        using var response = await api.Client.PostAsync(new Uri("/namespaces/default/workflows/w", UriKind.Relative), content);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("request body too large"));
    }

    [Test]
    public void A_failure_may_be_as_deep_as_the_protobuf_parser_goes()
    {
        var failure = new Temporalio.Api.Failure.V1.Failure { Message = "root" };
        for (var depth = 0; depth < 60; depth++)
        {
            failure = new Temporalio.Api.Failure.V1.Failure { Message = "above", Cause = failure };
        }
        api.Answer = HttpApiFixture.Fail(StatusCode.InvalidArgument, "failed", new QueryFailedFailure { Failure = failure });
        Assert.That(async () => (int)(await api.GetAsync("/api/v1/cluster-info?pretty")).StatusCode, Is.EqualTo(400));
    }

    private static Func<IMessage, IMessage> Result(string encoding, string data) => _ => new QueryWorkflowResponse
    {
        QueryResult = new Payloads
        {
            Payloads_ = { new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFromUtf8(data) } },
        },
    };

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString();

    private static async Task<string> PostAsync(HttpApiFixture to, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await to.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(200), text);
        return text;
    }
}
