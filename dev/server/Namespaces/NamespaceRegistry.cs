using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Persistence;
using Grpc.Core;
using Temporalio.Api.ErrorDetails.V1;

namespace EmbeddedTemporal.Namespaces;

/// <summary>The namespaces of this server.</summary>
internal sealed class NamespaceRegistry
{
    private const string Kind = "namespace";

    private readonly IWorkflowStore store;
    private readonly ConcurrentDictionary<string, NamespaceRecord> namespaces;

    public NamespaceRegistry(IWorkflowStore store)
    {
        this.store = store;
        namespaces = new(store.ReadDocuments(Kind).Select(document => KeyValuePair.Create(document.Key, NamespaceRecord.Parse(document.Value))));
    }

    public IReadOnlyCollection<NamespaceRecord> All => [.. namespaces.Values.OrderBy(record => record.Name, StringComparer.Ordinal)];

    public bool Exists(string name) => namespaces.ContainsKey(name);

    /// <exception cref="RpcException">NOT_FOUND; INVALID_ARGUMENT: no name.</exception>
    public NamespaceRecord Require(string name)
    {
        if (name.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("Namespace not set on request.");
        }

        return namespaces.GetValueOrDefault(name) ?? throw ServiceErrors.NamespaceNotFound(name);
    }

    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public NamespaceRecord RequireById(string id) => namespaces.Values.FirstOrDefault(record => record.Info.Id == id) ?? throw ServiceErrors.NamespaceNotFound(id);

    /// <exception cref="RpcException">ALREADY_EXISTS.</exception>
    public async Task RegisterAsync(NamespaceRecord record)
    {
        if (!namespaces.TryAdd(record.Name, record))
        {
            throw ServiceErrors.Of(StatusCode.AlreadyExists, "Namespace already exists.", new NamespaceAlreadyExistsFailure());
        }

        await SaveAsync(record);
    }

    public async Task UpdateAsync(NamespaceRecord record)
    {
        namespaces[record.Name] = record;
        await SaveAsync(record);
    }

    private Task SaveAsync(NamespaceRecord record)
    {
        var commit = new StoreCommit();
        commit.Documents.Add(new DocumentWrite(Kind, record.Name, record.ToBytes()));
        return store.CommitAsync(commit);
    }
}
