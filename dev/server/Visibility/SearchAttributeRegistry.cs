using System.Collections.Concurrent;
using System.Collections.Frozen;
using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>The search attributes of all namespaces, in memory; persistence is injected.</summary>
/// <param name="save">Persists all custom attributes of a namespace before a change takes effect; it may throw to reject the change.</param>
public sealed class SearchAttributeRegistry(Action<string, IReadOnlyDictionary<string, IndexedValueType>>? save = null)
    : ISearchAttributeRegistry
{
    private const int MaximumCount = 100;
    private const int MaximumValueBytes = 2 * 1024;
    private const int MaximumTotalBytes = 40 * 1024;

    // The number of columns per type in the real server's SQL visibility store (real server: sadefs/constants.go).
    private const int MaximumKeywords = 10;
    private const int MaximumOfOtherTypes = 3;

    private readonly ConcurrentDictionary<string, FrozenDictionary<string, IndexedValueType>> custom = new(StringComparer.Ordinal);
    private readonly Lock writing = new();

    /// <summary>Sets the custom attributes of a namespace without persisting them.</summary>
    public void Load(string namespaceName, IEnumerable<KeyValuePair<string, IndexedValueType>> attributes) =>
        custom[namespaceName] = attributes.ToFrozenDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IndexedValueType> Custom(string namespaceName) => CustomOf(namespaceName);

    /// <inheritdoc/>
    public void Add(string namespaceName, IEnumerable<KeyValuePair<string, IndexedValueType>> attributes)
    {
        var added = attributes.ToList();
        if (added.Count == 0)
        {
            throw VisibilityErrors.InvalidArgument("SearchAttributes are not set on request.");
        }
        foreach (var (name, type) in added)
        {
            if (SearchAttributeNames.IsReserved(name))
            {
                throw VisibilityErrors.InvalidArgument($"Search attribute {name} is reserved by system.");
            }
            if (type == IndexedValueType.Unspecified || !Enum.IsDefined(type))
            {
                throw VisibilityErrors.InvalidArgument($"Unknown search attribute type: {type}.");
            }
        }
        Change(namespaceName, known =>
        {
            // An existing attribute keeps its type, whatever type is requested, as on the real server.
            foreach (var (name, type) in added)
            {
                known.TryAdd(name, type);
                var most = type == IndexedValueType.Keyword ? MaximumKeywords : MaximumOfOtherTypes;
                if (known.Values.Count(other => other == type) > most)
                {
                    throw VisibilityErrors.InvalidArgument($"Unable to create search attributes: cannot have more than {most} search attribute of type {type}.");
                }
            }
        });
    }

    /// <inheritdoc/>
    public void Remove(string namespaceName, IEnumerable<string> names)
    {
        var removed = names.ToList();
        if (removed.Count == 0)
        {
            throw VisibilityErrors.InvalidArgument("SearchAttributes are not set on request.");
        }
        Change(namespaceName, known =>
        {
            foreach (var name in removed.Where(name => !known.Remove(name)))
            {
                if (SearchAttributeNames.Facts.ContainsKey(name) || SearchAttributeNames.Predefined.ContainsKey(name))
                {
                    throw VisibilityErrors.InvalidArgument($"Unable to remove non-custom search attributes: {name}.");
                }
            }
        });
    }

    /// <inheritdoc/>
    public void Validate(string namespaceName, SearchAttributes? attributes)
    {
        if (attributes is null || attributes.IndexedFields.Count == 0)
        {
            return;
        }
        if (attributes.IndexedFields.Count > MaximumCount)
        {
            throw VisibilityErrors.InvalidArgument(
                $"number of search attributes {attributes.IndexedFields.Count} exceeds limit {MaximumCount}");
        }
        var known = CustomOf(namespaceName);
        foreach (var (name, payload) in attributes.IndexedFields)
        {
            ValidateValue(namespaceName, name, payload, known);
        }
        ValidateSize(attributes);
    }

    /// <summary>Checks the size of each value and the total size.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT.</exception>
    public static void ValidateSize(SearchAttributes attributes)
    {
        foreach (var (name, payload) in attributes.IndexedFields.Where(field => field.Value.Data.Length > MaximumValueBytes))
        {
            throw VisibilityErrors.InvalidArgument($"search attribute {name} value size {payload.Data.Length} exceeds size limit {MaximumValueBytes}");
        }
        if (attributes.CalculateSize() is var size and > MaximumTotalBytes)
        {
            throw VisibilityErrors.InvalidArgument($"total size of search attributes {size} exceeds size limit {MaximumTotalBytes}");
        }
    }

    /// <inheritdoc/>
    public SearchAttributes Normalize(string namespaceName, SearchAttributes? attributes)
    {
        var result = new SearchAttributes();
        var known = CustomOf(namespaceName);
        foreach (var (name, payload) in attributes?.IndexedFields ?? [])
        {
            if (!SearchAttributePayload.IsUnset(payload))
            {
                result.IndexedFields[name] = TypeOf(name, known) is { } type ? SearchAttributePayload.WithType(payload, type) : payload;
            }
        }
        return result;
    }

    private static void ValidateValue(string namespaceName, string name, Payload payload, FrozenDictionary<string, IndexedValueType> known)
    {
        if (SearchAttributeNames.Facts.ContainsKey(name) || SearchAttributeNames.ServerOnly.Contains(name))
        {
            throw VisibilityErrors.InvalidArgument($"{name} attribute can't be set in SearchAttributes");
        }
        if (TypeOf(name, known) is not { } type)
        {
            throw VisibilityErrors.InvalidArgument($"Namespace {namespaceName} has no mapping defined for search attribute {name}");
        }
        if (!SearchAttributePayload.TryDecode(payload, type, out _))
        {
            throw VisibilityErrors.InvalidArgument(
                $"invalid value for search attribute {name} of type {type}: {SearchAttributePayload.Show(payload)}");
        }
    }

    private static IndexedValueType? TypeOf(string name, FrozenDictionary<string, IndexedValueType> known) =>
        known.TryGetValue(name, out var type) || SearchAttributeNames.Predefined.TryGetValue(name, out type) ? type : null;

    private FrozenDictionary<string, IndexedValueType> CustomOf(string namespaceName) =>
        custom.GetValueOrDefault(namespaceName, FrozenDictionary<string, IndexedValueType>.Empty);

    private void Change(string namespaceName, Action<Dictionary<string, IndexedValueType>> change)
    {
        lock (writing)
        {
            var before = CustomOf(namespaceName);
            var changed = before.ToDictionary(StringComparer.Ordinal);
            change(changed);
            if (changed.Count != before.Count)
            {
                save?.Invoke(namespaceName, changed);
                Load(namespaceName, changed);
            }
        }
    }
}
