using EmbeddedTemporal.Visibility;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>A store with a namespace that knows one custom attribute of each type.</summary>
internal sealed class VisibilityFixture
{
    public const string Namespace = "default";
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public VisibilityFixture()
    {
        Attributes.Load(Namespace, new Dictionary<string, IndexedValueType>
        {
            ["City"] = IndexedValueType.Keyword,
            ["Sellers"] = IndexedValueType.KeywordList,
            ["Note"] = IndexedValueType.Text,
            ["Payable"] = IndexedValueType.Int,
            ["Weight"] = IndexedValueType.Double,
            ["Gift"] = IndexedValueType.Bool,
            ["Due"] = IndexedValueType.Datetime,
        });
        Store = new VisibilityStore(Attributes);
    }

    public SearchAttributeRegistry Attributes { get; } = new();

    public VisibilityStore Store { get; }

    /// <summary>Adds a run that started some minutes after noon and, if closed, ran for one minute.</summary>
    public void Run(
        string id, int minute = 0, WorkflowExecutionStatus status = WorkflowExecutionStatus.Running, string type = "Order",
        params (string Name, string Json)[] attributes)
    {
        var start = Timestamp.FromDateTime(Noon.AddMinutes(minute));
        var info = new WorkflowExecutionInfo
        {
            Execution = new WorkflowExecution { WorkflowId = id, RunId = $"run-{id}" },
            Type = new WorkflowType { Name = type },
            StartTime = start,
            ExecutionTime = start,
            Status = status,
            TaskQueue = "orders",
            HistoryLength = 20,
            HistorySizeBytes = 4_000,
            StateTransitionCount = 7,
            RootExecution = new WorkflowExecution { WorkflowId = id, RunId = $"run-{id}" },
            SearchAttributes = new SearchAttributes(),
        };
        if (status != WorkflowExecutionStatus.Running)
        {
            info.CloseTime = Timestamp.FromDateTime(Noon.AddMinutes(minute + 1));
        }
        foreach (var (name, json) in attributes)
        {
            info.SearchAttributes.IndexedFields[name] = Json(json);
        }
        Store.Upsert(new VisibilityRecord(Namespace, info));
    }

    public static Payload Json(string json) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFromUtf8(json),
    };

    public string[] Ids(string filter) => Ids(Page(filter));

    public static string[] Ids(VisibilityPage page) => [.. page.Executions.Select(info => info.Execution.WorkflowId)];

    public VisibilityPage Page(string filter, int size = 100, ByteString? token = null) =>
        Store.List(new VisibilityQuery(Namespace, filter, size, token ?? ByteString.Empty));

    public string Refusal(string filter)
    {
        var refused = Assert.Throws<RpcException>(() => Page(filter))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.InvalidArgument));
        return refused.Status.Detail;
    }
}
