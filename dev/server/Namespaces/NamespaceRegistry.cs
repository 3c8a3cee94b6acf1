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
    private readonly AsyncLock writing = new();
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
        using (await writing.EnterAsync())
        {
            if (Exists(record.Name))
            {
                throw ServiceErrors.Of(StatusCode.AlreadyExists, "Namespace already exists.", new NamespaceAlreadyExistsFailure());
            }

            await SaveAsync(record);
        }
    }

    /// <summary>Changes a namespace; simultaneous changes are applied one after the other.</summary>
    /// <exception cref="RpcException">NOT_FOUND.</exception>
    public async Task<NamespaceRecord> UpdateAsync(string name, Func<NamespaceRecord, NamespaceRecord> change)
    {
        using (await writing.EnterAsync())
        {
            var changed = change(Require(name));
            await SaveAsync(changed);
            return changed;
        }
    }

    private async Task SaveAsync(NamespaceRecord record)
    {
        var commit = new StoreCommit();
        commit.Documents.Add(new DocumentWrite(Kind, record.Name, record.ToBytes()));
        await store.CommitAsync(commit);
        namespaces[record.Name] = record; // Only now: what is not stored would be gone after a restart.
    }
}
