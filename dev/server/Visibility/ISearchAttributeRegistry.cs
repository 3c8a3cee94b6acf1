using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Visibility;

/// <summary>The search attributes of namespaces, and the validation of their values.</summary>
public interface ISearchAttributeRegistry
{
    /// <summary>Returns the custom search attributes of a namespace by name.</summary>
    IReadOnlyDictionary<string, IndexedValueType> Custom(string namespaceName);

    /// <summary>Adds custom search attributes; existing ones are not changed.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no attributes, a reserved name, an unknown type, or too many attributes of a type.</exception>
    void Add(string namespaceName, IEnumerable<KeyValuePair<string, IndexedValueType>> attributes);

    /// <summary>Removes custom search attributes; unknown ones are ignored. The values of runs are not removed.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no attributes, or a system attribute.</exception>
    void Remove(string namespaceName, IEnumerable<string> names);

    /// <summary>
    /// Validates search attribute values from a client or a workflow against the namespace's search attributes.
    /// Call it before the request is executed.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an undefined or system attribute, or a value of the wrong type.</exception>
    void Validate(string namespaceName, SearchAttributes? attributes);

    /// <summary>
    /// Returns the values with the type metadata that the server adds, without those that unset their attribute.
    /// </summary>
    SearchAttributes Normalize(string namespaceName, SearchAttributes? attributes);
}
