using EmbeddedTemporal.HttpApi;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace OrderOrchestration.Tests.Server.HttpApi;

/// <summary>What an HTTP request becomes: which call, and which fields from path, query and body.</summary>
public sealed class HttpRoutingTests
{
    private HttpApiFixture api = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => api = await HttpApiFixture.StartAsync(new HttpApiOptions());

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCase("GET", "/api/v1/namespaces", "ListNamespaces")]
    [TestCase("GET", "/cluster/namespaces", "ListNamespaces")]
    [TestCase("GET", "/api/v1/namespaces/default", "DescribeNamespace")]
    [TestCase("GET", "/api/v1/cluster-info", "GetClusterInfo")]
    [TestCase("GET", "/system-info", "GetSystemInfo")]
    [TestCase("GET", "/api/v1/namespaces/default/workflows", "ListWorkflowExecutions")]
    [TestCase("GET", "/namespaces/default/workflow-count", "CountWorkflowExecutions")]
    [TestCase("POST", "/namespaces/default/workflows/w", "StartWorkflowExecution")]
    [TestCase("GET", "/namespaces/default/workflows/w", "DescribeWorkflowExecution")]
    [TestCase("POST", "/api/v1/namespaces/default/workflows/w/signal/pay", "SignalWorkflowExecution")]
    [TestCase("POST", "/api/v1/namespaces/default/workflows/w/query/state", "QueryWorkflow")]
    [TestCase("POST", "/api/v1/namespaces/default/workflows/w/update/pay", "UpdateWorkflowExecution")]
    [TestCase("GET", "/api/v1/namespaces/default/schedules", "ListSchedules")]
    [TestCase("POST", "/api/v1/namespaces/default/schedules/s", "CreateSchedule")]
    [TestCase("DELETE", "/api/v1/namespaces/default/schedules/s", "DeleteSchedule")]
    [TestCase("POST", "/api/v1/namespaces/default/schedules/s/patch", "PatchSchedule")]
    [TestCase("GET", "/api/v1/namespaces/default/search-attributes", "ListSearchAttributes")]
    [TestCase("GET", "/api/v1/namespaces/default/batch-operations", "ListBatchOperations")]
    [TestCase("GET", "/api/v1/namespaces/default/task-queues/q", "DescribeTaskQueue")]
    public async Task A_path_calls_its_method(string verb, string path, string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        using var response = await api.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(api.Method!.Name, Is.EqualTo(method));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("{}"));
    }

    [TestCase("a%2Fb%20c", "a/b c")]
    [TestCase("order%3A1%25", "order:1%")]
    [TestCase("a+b", "a+b")]
    [TestCase("%EC%A3%BC%EB%AC%B8", "주문")]
    public async Task An_id_in_the_path_arrives_unescaped_once(string escaped, string id)
    {
        await api.GetStringAsync($"/api/v1/namespaces/default/workflows/{escaped}/history");
        Assert.That(api.RequestAs<GetWorkflowExecutionHistoryRequest>().Execution.WorkflowId, Is.EqualTo(id));
    }

    [Test]
    public async Task Query_parameters_fill_the_fields_that_path_and_body_leave()
    {
        await api.GetStringAsync(
            "/api/v1/namespaces/default/workflows/w/history?execution.runId=r&execution.run_id=r2&maximumPageSize=7&wait_new_event=true"
            + "&historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT&nextPageToken=-_8&execution.workflowId=other&unknown=1&_=2");
        Assert.That(api.Request, Is.EqualTo(new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new WorkflowExecution { WorkflowId = "w", RunId = "r2" },
            MaximumPageSize = 7,
            WaitNewEvent = true,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
            NextPageToken = Google.Protobuf.ByteString.CopyFrom(0xfb, 0xff),
        }));
    }

    [TestCase("2", HistoryEventFilterType.CloseEvent)]
    [TestCase("CloseEvent", HistoryEventFilterType.CloseEvent)]
    public async Task An_enum_parameter_may_be_a_number_or_a_short_name(string text, HistoryEventFilterType value)
    {
        await api.GetStringAsync($"/api/v1/namespaces/default/workflows/w/history?historyEventFilterType={text}");
        Assert.That(api.RequestAs<GetWorkflowExecutionHistoryRequest>().HistoryEventFilterType, Is.EqualTo(value));
    }

    [TestCase("maximumPageSize=many", "maximum_page_size")]
    [TestCase("waitNewEvent=perhaps", "wait_new_event")]
    [TestCase("historyEventFilterType=NONE_SUCH", "history_event_filter_type")]
    [TestCase("execution=w", "execution")]
    [TestCase("nextPageToken=*", "next_page_token")]
    public async Task A_parameter_that_is_no_value_of_its_field_is_a_bad_request(string query, string field)
    {
        using var response = await api.GetAsync($"/api/v1/namespaces/default/workflows/w/history?{query}");
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(field).And.Contain("\"code\":3"));
    }

    [Test]
    public async Task Times_and_durations_are_read_from_parameters()
    {
        await api.GetStringAsync("/api/v1/namespaces/default/schedules/s/matching-times?startTime=2026-03-01T00:00:00Z&endTime=2026-03-02T00:00:00.5Z");
        var request = api.RequestAs<ListScheduleMatchingTimesRequest>();
        Assert.That(request.StartTime.Seconds, Is.EqualTo(1772323200));
        Assert.That(request.EndTime.Nanos, Is.EqualTo(500_000_000));
    }

    [TestCase("GET", "/api/v1/nothing/here", 404, 5)]
    [TestCase("DELETE", "/api/v1/namespaces/default/workflows", 501, 12)]
    public async Task What_is_no_call_is_not_found_and_the_wrong_verb_not_implemented(string verb, string path, int status, int code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        using var response = await api.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain($"\"code\":{code}"));
    }

    [Test]
    public void Every_annotation_of_both_services_has_its_route() => Assert.That(HttpApiEndpoints.RouteCount, Is.EqualTo(228));
}
