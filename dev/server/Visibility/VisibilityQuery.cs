using Google.Protobuf;
using Temporalio.Api.Workflow.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>A query for a page of runs.</summary>
/// <param name="Namespace">The namespace name.</param>
/// <param name="Filter">The list filter; empty matches every run.</param>
/// <param name="PageSize">The maximum number of runs to return; above zero.</param>
/// <param name="PageToken">The token of the previous page, empty for the first page.</param>
public sealed record VisibilityQuery(string Namespace, string Filter, int PageSize, ByteString PageToken);

/// <summary>A page of runs and the token of the next page, empty when this is the last.</summary>
public sealed record VisibilityPage(IReadOnlyList<WorkflowExecutionInfo> Executions, ByteString NextPageToken);
