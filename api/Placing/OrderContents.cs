using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Placing;

/// <summary>
/// Fills in what an order body only names: the lines of a cart, an address of the member. A cart is taken: from then on it is empty to every other order,
/// and <see cref="SettleAsync"/> says whether it stays so. What a crash leaves between the two is <see cref="TakenCarts"/>' to settle.
/// </summary>
internal sealed class OrderContents(ICartStore carts, IAddressStore addresses)
{
    /// <summary>The body with everything in it, or the problem with what it names. Coupon and points of a cart hold unless the body says otherwise.</summary>
    public async Task<(PlaceOrderBody Body, IResult? Problem)> CompleteAsync(PlaceOrderBody body, string orderId, CancellationToken cancellationToken)
    {
        if (body.AddressId is { } addressId)
        {
            var known = body.MemberId is { } memberId ? await addresses.ListAsync(memberId, cancellationToken) : [];
            if (known.FirstOrDefault(address => address.AddressId == addressId) is not { } address)
            {
                return (body, Problem.Of(StatusCodes.Status422UnprocessableEntity, ProblemTypes.UnknownAddress, "The member has no such address."));
            }

            body = body with { ShipTo = address.ToShippingAddress() };
        }

        if (body.CartId is { } cartId)
        {
            if (await carts.TakeAsync(cartId, orderId, cancellationToken) is not { } cart)
            {
                return (body, Problem.Of(StatusCodes.Status422UnprocessableEntity, ProblemTypes.EmptyCart, "There is nothing in the cart."));
            }

            body = body with
            {
                Lines = [.. cart.Items.Select(item => new ProductLine(item.ProductId, item.Quantity))],
                CouponCode = body.CouponCode ?? cart.CouponCode,
                Points = body.Points ?? cart.Points.Amount,
            };
        }

        return (body, null);
    }

    /// <summary>Empties the cart for good where the order exists, and gives it back where the order was refused. A failure of ours leaves it taken.</summary>
    public async Task<IResult> SettleAsync(PlaceOrderBody body, string orderId, IResult answer, CancellationToken cancellationToken)
    {
        var status = (answer as IStatusCodeHttpResult)?.StatusCode;
        if (body.CartId is null || status >= StatusCodes.Status500InternalServerError)
        {
            return answer;
        }

        await (status is StatusCodes.Status201Created or StatusCodes.Status202Accepted
            ? carts.SettleAsync(orderId, cancellationToken)
            : carts.ReturnAsync(orderId, cancellationToken));
        return answer;
    }
}
