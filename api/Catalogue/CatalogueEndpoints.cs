using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Api.Catalogue;

/// <summary>Endpoints that need no token: the events of domain §2 and the policies of domain §3, generated from the code that uses them.</summary>
internal static class CatalogueEndpoints
{
    public static void MapCatalogue(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/event-types", EventTypes).AllowAnonymous().WithTags("catalogue").WithSummary("The event types that this service publishes or receives.");
        v1.MapGet("/policies", Policies).AllowAnonymous().WithTags("catalogue").WithSummary("The policies for new orders.");
    }

    private static Ok<EventTypeList> EventTypes() => TypedResults.Ok(new EventTypeList([.. EventCatalogue.All]));

    private static Ok<OrderPolicies> Policies(IOptions<OrderPolicies> policies) => TypedResults.Ok(policies.Value);
}

/// <summary>The catalogue of events.</summary>
public sealed record EventTypeList(IReadOnlyList<EventDescription> Items);
