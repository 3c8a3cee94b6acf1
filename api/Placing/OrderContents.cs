using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Placing;

/// <summary>
/// Resolves the references in an order body: the lines of a cart and an address of the member. The cart is taken for the order: other orders see it empty
/// until <see cref="SettleAsync"/> empties it for good or returns its contents. After a crash between the two, <see cref="CartRecovery"/> settles the cart.
/// </summary>
internal sealed class OrderContents(ICartStore carts, IAddressStore addresses)
{
    /// <summary>The body with its references resolved, or the problem with one of them. Coupon and points of the body override those of the cart.</summary>
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

    /// <summary>Empties the cart where the order was created, and returns its contents where the order was rejected. After a 5xx response the cart stays taken.</summary>
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
