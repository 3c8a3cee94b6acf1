using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>Which search attributes a namespace knows, and whether given values fit them.</summary>
public interface ISearchAttributeRegistry
{
    /// <summary>Answers the custom search attributes of a namespace by name.</summary>
    IReadOnlyDictionary<string, IndexedValueType> Custom(string namespaceName);

    /// <summary>Adds custom search attributes; one that is there already is left as it is.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no, a reserved or a wrongly typed attribute.</exception>
    void Add(string namespaceName, IEnumerable<KeyValuePair<string, IndexedValueType>> attributes);

    /// <summary>Removes custom search attributes; one that is not there is passed over. Runs keep the values they have.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no attribute, or one of the server's own.</exception>
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
