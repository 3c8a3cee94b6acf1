using EmbeddedTemporal.Persistence;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// Persistence of visibility. The record of a closed run is stored with the run, in the same commit; that of a running workflow is rebuilt from its mutable
/// state. Search attributes are one document per namespace.
/// </summary>
internal static class VisibilityDocuments
{
    private const string Attributes = "search-attributes";

    public static DocumentWrite WriteAttributes(string namespaceName, IReadOnlyDictionary<string, IndexedValueType> attributes)
    {
        var list = new ListSearchAttributesResponse();
        list.CustomAttributes.Add(attributes.ToDictionary());
        return new(Attributes, namespaceName, list.ToByteArray());
    }

    public static IEnumerable<VisibilityRecord> ReadClosedRuns(IWorkflowStore store) => store.ReadListings().Select(listed =>
        new VisibilityRecord(listed.Namespace, WorkflowExecutionInfo.Parser.ParseFrom(listed.Listing)));

    public static IEnumerable<KeyValuePair<string, IDictionary<string, IndexedValueType>>> ReadAttributes(IWorkflowStore store) =>
        store.ReadDocuments(Attributes).Select(document => KeyValuePair.Create<string, IDictionary<string, IndexedValueType>>(
            document.Key, ListSearchAttributesResponse.Parser.ParseFrom(document.Value).CustomAttributes));
}
