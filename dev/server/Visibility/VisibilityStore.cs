using System.Collections.Immutable;
using EmbeddedTemporal.Visibility.Entries;
using EmbeddedTemporal.Visibility.Filters;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// An in-memory visibility store with the records of all namespaces in list order; they are rebuilt from the engine's store after a restart. Queries read a
/// snapshot, so they do not block updates.
/// </summary>
public sealed class VisibilityStore(ISearchAttributeRegistry attributes) : IVisibilityStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Records> namespaces = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Upsert(VisibilityRecord record)
    {
        var entry = new VisibilityEntry(record.Info, attributes.Custom(record.Namespace));
        lock (gate)
        {
            Of(record.Namespace).Put(entry);
        }
    }

    /// <inheritdoc/>
    public void Delete(string namespaceName, string runId)
    {
        lock (gate)
        {
            Of(namespaceName).Remove(runId);
        }
    }

    /// <inheritdoc/>
    public VisibilityPage List(VisibilityQuery request)
    {
        var filter = Compile(request.Namespace, request.Filter);
        if (filter.GroupBy is not null)
        {
            throw new FilterException($"{FilterException.NotSupported}: 'GROUP BY' clause").ToInvalidArgument();
        }
        var matching = After(Snapshot(request.Namespace), ReadToken(request)).Where(entry => filter.Matches(entry)).Take(request.PageSize).ToList();
        var token = matching.Count < request.PageSize ? Google.Protobuf.ByteString.Empty : VisibilityPageToken.Write(matching[^1].Position);
        return new VisibilityPage([.. matching.Select(entry => entry.Info.Clone())], token);
    }

    /// <inheritdoc/>
    public CountWorkflowExecutionsResponse Count(string namespaceName, string query)
    {
        var filter = Compile(namespaceName, query);
        var matching = Snapshot(namespaceName).Where(entry => filter.Matches(entry));
        if (filter.GroupBy is not { } column)
        {
            return new CountWorkflowExecutionsResponse { Count = matching.LongCount() };
        }
        var get = VisibilityEntry.Getter(column.Name);
        var response = new CountWorkflowExecutionsResponse();
        foreach (var group in matching.GroupBy(entry => get(entry) as string ?? string.Empty).OrderBy(group => Enum.Parse<WorkflowExecutionStatus>(group.Key)))
        {
            response.Groups.Add(new CountWorkflowExecutionsResponse.Types.AggregationGroup
            {
                GroupValues = { SearchAttributePayload.Encode(group.Key, column.Type) },
                Count = group.LongCount(),
            });
        }
        response.Count = response.Groups.Sum(group => group.Count);
        return response;
    }

    /// <inheritdoc/>
    public IReadOnlySet<string> NamesIn(string namespaceName, string query) => Compile(namespaceName, query).Names;

    private static VisibilityPosition? ReadToken(VisibilityQuery request)
    {
        if (request.PageToken.IsEmpty)
        {
            return null;
        }
        return VisibilityPageToken.TryRead(request.PageToken, out var place) ? place : throw VisibilityErrors.InvalidArgument("invalid page token");
    }

    private CompiledFilter Compile(string namespaceName, string query)
    {
        try
        {
            return FilterCompiler.Compile(query, attributes.Custom(namespaceName));
        }
        catch (FilterException invalid)
        {
            throw invalid.ToInvalidArgument();
        }
    }

    private static IEnumerable<VisibilityEntry> After(ImmutableSortedSet<VisibilityEntry> records, VisibilityPosition? place)
    {
        if (place is not { } last)
        {
            return records;
        }
        var low = 0;
        var high = records.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (records[middle].Position.CompareTo(last) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return Enumerable.Range(low, records.Count - low).Select(index => records[index]);
    }

    private ImmutableSortedSet<VisibilityEntry> Snapshot(string namespaceName)
    {
        lock (gate)
        {
            return namespaces.TryGetValue(namespaceName, out var records) ? records.InOrder() : [];
        }
    }

    private Records Of(string namespaceName) =>
        namespaces.TryGetValue(namespaceName, out var records) ? records : namespaces[namespaceName] = new();

    /// <summary>
    /// A namespace's records. Changes are merged into the sorted set in batches, or on a read, so that a short run is often sorted in only once.
    /// </summary>
    private sealed class Records
    {
        private const int ChangesAtOnce = 256;

        private readonly Dictionary<string, VisibilityEntry> byRun = new(StringComparer.Ordinal);
        private readonly Dictionary<string, VisibilityEntry?> changes = new(StringComparer.Ordinal);
        private ImmutableSortedSet<VisibilityEntry> inOrder = ImmutableSortedSet.Create(VisibilityOrder.Usual);

        public void Put(VisibilityEntry entry) => Change(entry.RunId, entry);

        public void Remove(string runId) => Change(runId, null);

        public ImmutableSortedSet<VisibilityEntry> InOrder()
        {
            var order = inOrder.ToBuilder();
            foreach (var (runId, entry) in changes)
            {
                if (byRun.Remove(runId, out var known))
                {
                    order.Remove(known);
                }
                if (entry is not null)
                {
                    byRun[runId] = entry;
                    order.Add(entry);
                }
            }
            changes.Clear();
            return inOrder = order.ToImmutable();
        }

        private void Change(string runId, VisibilityEntry? entry)
        {
            changes[runId] = entry;
            if (changes.Count >= ChangesAtOnce)
            {
                InOrder();
            }
        }
    }
}
