using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// The visibility store. The engine writes a run's record whenever a listed property changes (start, upsert of
/// search attributes or memo, close), and deletes it with the run; after a restart it writes the records of all runs.
/// Thread-safe; a write is visible to every read that begins after it returned.
/// </summary>
public interface IVisibilityStore
{
    /// <summary>Adds or replaces the record of a run.</summary>
    void Upsert(VisibilityRecord record);

    /// <summary>Deletes the record of a run; no effect if there is none.</summary>
    void Delete(string namespaceName, string runId);

    /// <summary>Returns the runs that match a list filter, in the real server's order: running ones before closed ones, newest first.</summary>
    /// <param name="request">Namespace, query, page size and page token.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a malformed query, an unknown search attribute or an invalid page token.</exception>
    VisibilityPage List(VisibilityQuery request);

    /// <summary>Counts the runs that match a list filter, by group if the query has a GROUP BY clause.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a malformed query or an unknown search attribute.</exception>
    CountWorkflowExecutionsResponse Count(string namespaceName, string query);

    /// <summary>Returns the names of the search attributes in a list filter, as written in the filter.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a malformed query or an unknown search attribute.</exception>
    IReadOnlySet<string> NamesIn(string namespaceName, string query);
}
