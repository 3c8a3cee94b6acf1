using System.Collections.Immutable;
using EmbeddedTemporal.Visibility.Filters;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>
/// Holds the records of all namespaces in memory, in list order; the engine's own store is what survives a restart. A list reads a snapshot,
/// so it never waits for a write.
/// </summary>
public sealed class VisibilityStore(ISearchAttributeRegistry attributes) : IVisibilityStore
{
    private readonly Lock writing = new();
    private ImmutableDictionary<string, Records> namespaces = ImmutableDictionary.Create<string, Records>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Upsert(VisibilityRecord record)
    {
        var entry = new VisibilityEntry(record.Info, attributes.Custom(record.Namespace));
        lock (writing)
        {
            namespaces = namespaces.SetItem(record.Namespace, Of(record.Namespace).With(entry));
        }
    }

    /// <inheritdoc/>
    public void Delete(string namespaceName, string runId)
    {
        lock (writing)
        {
            namespaces = namespaces.SetItem(namespaceName, Of(namespaceName).Without(runId));
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
        var after = ReadToken(request, filter);
        var records = Of(request.Namespace);
        var matching = (filter.OrderBy.Count == 0 ? records.After(after) : Ordered(records, filter, after))
            .Where(entry => filter.Matches(entry))
            .Take(request.PageSize)
            .ToList();
        var token = matching.Count < request.PageSize
            ? Google.Protobuf.ByteString.Empty
            : VisibilityPageToken.Write(VisibilityPosition.Of(matching[^1], filter.OrderBy));
        return new VisibilityPage([.. matching.Select(entry => entry.Info.Clone())], token);
    }

    /// <inheritdoc/>
    public CountWorkflowExecutionsResponse Count(string namespaceName, string query)
    {
        var filter = Compile(namespaceName, query);
        var matching = Of(namespaceName).InOrder.Where(entry => filter.Matches(entry));
        if (filter.GroupBy is not { } column)
        {
            return new CountWorkflowExecutionsResponse { Count = matching.LongCount() };
        }
        var get = VisibilityEntry.Getter(column.Name);
        var response = new CountWorkflowExecutionsResponse();
        foreach (var group in matching.GroupBy(entry => get(entry) as string ?? string.Empty).OrderBy(group => GroupRank(column, group.Key)))
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

    private static int GroupRank(FilterColumn column, string key) =>
        column.Name == SearchAttributeNames.ExecutionStatus ? (int)Enum.Parse<WorkflowExecutionStatus>(key) : 0;

    private static VisibilityPosition? ReadToken(VisibilityQuery request, CompiledFilter filter)
    {
        if (request.PageToken.IsEmpty)
        {
            return null;
        }
        return VisibilityPageToken.TryRead(request.PageToken, filter.OrderBy.Count, out var place)
            ? place
            : throw VisibilityErrors.InvalidArgument("invalid page token");
    }

    private static IEnumerable<VisibilityEntry> Ordered(Records records, CompiledFilter filter, VisibilityPosition? after) => records.InOrder
        .Select(entry => (Entry: entry, Position: VisibilityPosition.Of(entry, filter.OrderBy)))
        .Where(item => after is not { } place || item.Position.CompareTo(place, filter.OrderBy) > 0)
        .Order(Comparer<(VisibilityEntry Entry, VisibilityPosition Position)>.Create((x, y) => x.Position.CompareTo(y.Position, filter.OrderBy)))
        .Select(item => item.Entry);

    private CompiledFilter Compile(string namespaceName, string query)
    {
        try
        {
            return FilterCompiler.Compile(query, attributes.Custom(namespaceName));
        }
        catch (FilterException refused)
        {
            throw refused.ToInvalidArgument();
        }
    }

    private Records Of(string namespaceName) => Volatile.Read(ref namespaces).GetValueOrDefault(namespaceName, Records.None);

    private sealed record Records(ImmutableDictionary<string, VisibilityEntry> ByRun, ImmutableSortedSet<VisibilityEntry> InOrder)
    {
        public static Records None { get; } = new(
            ImmutableDictionary.Create<string, VisibilityEntry>(StringComparer.Ordinal), ImmutableSortedSet.Create(VisibilityOrder.Usual));

        public Records With(VisibilityEntry entry) =>
            new(ByRun.SetItem(entry.RunId, entry), Ousted(entry.RunId).Add(entry));

        public Records Without(string runId) => new(ByRun.Remove(runId), Ousted(runId));

        public IEnumerable<VisibilityEntry> After(VisibilityPosition? place)
        {
            if (place is not { } last)
            {
                return InOrder;
            }
            var low = 0;
            var high = InOrder.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (InOrder[middle].Position.CompareTo(last, []) <= 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }
            return Enumerable.Range(low, InOrder.Count - low).Select(index => InOrder[index]);
        }

        private ImmutableSortedSet<VisibilityEntry> Ousted(string runId) =>
            ByRun.TryGetValue(runId, out var known) ? InOrder.Remove(known) : InOrder;
    }
}
