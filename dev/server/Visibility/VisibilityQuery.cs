using Google.Protobuf;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>One request for a page of runs.</summary>
/// <param name="Namespace">Name of the namespace to list.</param>
/// <param name="Filter">The list filter; empty matches every run.</param>
/// <param name="PageSize">The largest number of runs to answer; must be above zero.</param>
/// <param name="PageToken">Token of the page before, empty for the first page.</param>
public sealed record VisibilityQuery(string Namespace, string Filter, int PageSize, ByteString PageToken);

/// <summary>A page of runs and the token of the next page, empty when this is the last.</summary>
public sealed record VisibilityPage(IReadOnlyList<WorkflowExecutionInfo> Executions, ByteString NextPageToken);
