using EmbeddedTemporal.Common;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Visibility;
using EmbeddedTemporal.Visibility.Entries;
using Temporalio.Api.OperatorService.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>The methods of <c>temporal.api.operatorservice.v1.OperatorService</c>.</summary>
internal sealed class OperatorServiceHandler(NamespaceRegistry namespaces, SearchAttributeRegistry searchAttributes)
{
    public Task<AddSearchAttributesResponse> AddSearchAttributes(AddSearchAttributesRequest request, CallContext call)
    {
        searchAttributes.Add(NamespaceOf(request.Namespace), request.SearchAttributes);
        return Task.FromResult(new AddSearchAttributesResponse());
    }

    public Task<RemoveSearchAttributesResponse> RemoveSearchAttributes(RemoveSearchAttributesRequest request, CallContext call)
    {
        searchAttributes.Remove(NamespaceOf(request.Namespace), request.SearchAttributes);
        return Task.FromResult(new RemoveSearchAttributesResponse());
    }

    public Task<ListSearchAttributesResponse> ListSearchAttributes(ListSearchAttributesRequest request, CallContext call)
    {
        var response = new ListSearchAttributesResponse();
        response.CustomAttributes.Add(searchAttributes.Custom(NamespaceOf(request.Namespace)).ToDictionary());
        response.SystemAttributes.Add(SearchAttributeNames.Facts.Concat(SearchAttributeNames.Predefined).ToDictionary());
        return Task.FromResult(response);
    }

    private string NamespaceOf(string name) => namespaces.Require(name.Length == 0 ? "default" : name).Name;
}
