using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// The list of runs that can be searched. The engine writes a run's record whenever something that can be listed changes (start, upsert of
/// search attributes or memo, close) and removes it with the run; after a restart it hands over every run it still has.
/// All members may be called from any thread; a write is seen by every read that begins after it returned.
/// </summary>
public interface IVisibilityStore
{
    /// <summary>Adds the run, or replaces what is known of it.</summary>
    void Upsert(VisibilityRecord record);

    /// <summary>Forgets the run. Nothing happens when it is not known.</summary>
    void Delete(string namespaceName, string runId);

    /// <summary>Answers the runs that match a list filter, newest first: open runs before closed ones, as the real server orders them.</summary>
    /// <param name="request">Namespace, query, page size and the token of the page before.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a malformed query, an unknown search attribute or a foreign page token.</exception>
    VisibilityPage List(VisibilityQuery request);

    /// <summary>Counts the runs that match a list filter, by group where the query ends in GROUP BY.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a malformed query or an unknown search attribute.</exception>
    CountWorkflowExecutionsResponse Count(string namespaceName, string query);

    /// <summary>Answers the names of the attributes that a list filter speaks of, as it calls them.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a malformed query or an unknown search attribute.</exception>
    IReadOnlySet<string> NamesIn(string namespaceName, string query);
}
