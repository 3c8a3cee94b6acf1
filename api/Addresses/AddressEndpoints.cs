using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Addresses;

/// <summary>A member's addresses (배송지).</summary>
internal static class AddressEndpoints
{
    private static readonly ShippingAddressValidator Address = new();

    public static void MapAddresses(this IEndpointRouteBuilder v1)
    {
        var addresses = v1.MapGroup("/members/{memberId}/addresses").WithTags("addresses").RequireAuthorization(AccessPolicies.OwnMember);
        addresses.MapGet("/", ListAsync).WithSummary("The member's addresses.").Produces<AddressList>();
        addresses.MapPost("/", AddAsync)
            .Accepts<ShippingAddress>("application/json")
            .WithSummary("Adds an address (배송지 추가하기).")
            .Produces<MemberAddress>(StatusCodes.Status201Created)
            .ProducesProblems([ProblemTypes.TooManyAddresses, .. IdempotentRequests.KeyProblems]);
    }

    private static async Task<IResult> ListAsync(string memberId, IAddressStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(new AddressList(await store.ListAsync(memberId, cancellationToken)));

    private static async Task<IResult> AddAsync(string memberId, HttpContext context, IAddressStore store, IdempotentRequests requests)
    {
        var read = await RequestBody.ReadAsync(context, Address);
        if (read.Body is not { } address)
        {
            return read.Problem!;
        }

        return await requests.RunAsync(context, "a-", async run =>
        {
            if (!await store.AddAsync(memberId, run.ResourceId, address, run.Cancellation))
            {
                return Problem.Of(StatusCodes.Status422UnprocessableEntity, ProblemTypes.TooManyAddresses, "A member has a limited number of addresses.");
            }

            var added = new MemberAddress(
                run.ResourceId, address.Recipient, address.Phone, address.PostalCode, address.Address1, address.Address2);
            return TypedResults.Created($"/v1/members/{Uri.EscapeDataString(memberId)}/addresses", added);
        });
    }
}

/// <summary>A member's addresses, oldest first.</summary>
public sealed record AddressList(IReadOnlyList<MemberAddress> Items);
