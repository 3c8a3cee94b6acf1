using EmbeddedTemporal.History.State;
using EmbeddedTemporal.Persistence;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>How visibility is kept in the store: a document per run, written in the run's own commit, and one per namespace's search attributes.</summary>
internal static class VisibilityDocuments
{
    private const string Runs = "visibility";
    private const string Attributes = "search-attributes";

    public static DocumentWrite Write(RunKey key, WorkflowExecutionInfo info) => new(Runs, KeyOf(key), info.ToByteArray());

    public static DocumentWrite Delete(RunKey key) => new(Runs, KeyOf(key), null);

    public static DocumentWrite WriteAttributes(string namespaceName, IReadOnlyDictionary<string, IndexedValueType> attributes)
    {
        var list = new ListSearchAttributesResponse();
        list.CustomAttributes.Add(attributes.ToDictionary());
        return new(Attributes, namespaceName, list.ToByteArray());
    }

    public static IEnumerable<VisibilityRecord> ReadRuns(IWorkflowStore store) => store.ReadDocuments(Runs).Select(document =>
        new VisibilityRecord(document.Key[(document.Key.IndexOf('/', StringComparison.Ordinal) + 1)..], WorkflowExecutionInfo.Parser.ParseFrom(document.Value)));

    public static IEnumerable<KeyValuePair<string, IDictionary<string, IndexedValueType>>> ReadAttributes(IWorkflowStore store) =>
        store.ReadDocuments(Attributes).Select(document => KeyValuePair.Create<string, IDictionary<string, IndexedValueType>>(
            document.Key, ListSearchAttributesResponse.Parser.ParseFrom(document.Value).CustomAttributes));

    private static string KeyOf(RunKey key) => $"{key.RunId}/{key.Namespace}";
}
