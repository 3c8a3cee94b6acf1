using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>Which search attributes a namespace knows, and whether given values fit them.</summary>
public interface ISearchAttributeRegistry
{
    /// <summary>Answers the custom search attributes of a namespace by name.</summary>
    IReadOnlyDictionary<string, IndexedValueType> Custom(string namespaceName);

    /// <summary>Adds custom search attributes; one that is there already with the same type is left as it is.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a reserved name or an unknown type; ALREADY_EXISTS: another type.</exception>
    void Add(string namespaceName, IEnumerable<KeyValuePair<string, IndexedValueType>> attributes);

    /// <summary>Removes custom search attributes.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a system attribute; NOT_FOUND: a name that is not there.</exception>
    void Remove(string namespaceName, IEnumerable<string> names);

    /// <summary>
    /// Holds the values a client or workflow wants to set against the namespace's search attributes.
    /// Call it before anything of the request takes effect.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an undefined or system attribute, or a value of the wrong type.</exception>
    void Validate(string namespaceName, SearchAttributes? attributes);

    /// <summary>
    /// Gives every value the type metadata that the server adds before it keeps them, and leaves out those that unset their attribute.
    /// </summary>
    SearchAttributes Normalize(string namespaceName, SearchAttributes? attributes);
}
