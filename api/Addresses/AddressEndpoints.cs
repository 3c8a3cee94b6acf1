using System.Security.Claims;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Idempotency;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Addresses;

/// <summary>A member's addresses (배송지).</summary>
internal static class AddressEndpoints
{
    public static void MapAddresses(this IEndpointRouteBuilder v1)
    {
        var addresses = v1.MapGroup("/members/{memberId}/addresses").WithTags("addresses").RequireAuthorization();
        addresses.MapGet("/", ListAsync).WithSummary("The member's addresses.").Produces<AddressList>().ProducesProblem(StatusCodes.Status403Forbidden);
        addresses.MapPost("/", AddAsync)
            .Accepts<ShippingAddress>("application/json")
            .WithSummary("Adds an address (배송지 추가하기).")
            .Produces<MemberAddress>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<IResult> ListAsync(string memberId, ClaimsPrincipal user, ICartStore store, CancellationToken cancellationToken) =>
        MayTouch(user, memberId)
            ? TypedResults.Ok(new AddressList(await store.AddressesAsync(memberId, cancellationToken)))
            : Problem.Forbidden();

    private static async Task<IResult> AddAsync(
        string memberId, HttpContext context, ClaimsPrincipal user, ICartStore store, IdempotentRequests requests)
    {
        if (!MayTouch(user, memberId))
        {
            return Problem.Forbidden();
        }

        var read = await JsonBody.ReadAsync<ShippingAddress>(context.Request, context.RequestAborted);
        if (read.Body is not { } address)
        {
            return read.Problem!;
        }

        if (OrderShape.Check("shipTo", address) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        return await requests.RunAsync(context, Caller.Of(user), read.Raw, required: false, "a-", async run =>
        {
            await store.AddAddressAsync(memberId, run.ResourceId, address, run.Cancellation);
            var added = new MemberAddress(
                run.ResourceId, address.Recipient, address.Phone, address.PostalCode, address.Address1, address.Address2);
            return TypedResults.Created($"/v1/members/{Uri.EscapeDataString(memberId)}/addresses", added);
        });
    }

    private static bool MayTouch(ClaimsPrincipal user, string memberId)
    {
        var caller = Caller.Of(user);
        return caller.IsStaff || caller.IsMember(memberId);
    }
}

/// <summary>A member's addresses, oldest first.</summary>
public sealed record AddressList(IReadOnlyList<MemberAddress> Items);
