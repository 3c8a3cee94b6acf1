using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Placing;

/// <summary>Fills in what an order body only names: the lines of a cart, an address of the member.</summary>
internal sealed class OrderWish(ICartStore carts, TimeProvider time)
{
    /// <summary>The body with everything in it, or the problem with what it names. Coupon and points of a cart hold unless the body says otherwise.</summary>
    public async Task<(PlaceOrderBody Body, IResult? Problem)> CompleteAsync(PlaceOrderBody body, CancellationToken cancellationToken)
    {
        if (body.CartId is { } cartId)
        {
            var cart = await carts.FindAsync(cartId, cancellationToken);
            if (cart.Items.Count == 0)
            {
                return (body, Problem.Of(StatusCodes.Status422UnprocessableEntity, "empty-cart", "There is nothing in the cart."));
            }

            body = body with
            {
                Lines = [.. cart.Items.Select(item => new PlaceOrderLine(item.ProductId, item.Quantity))],
                CouponCode = body.CouponCode ?? cart.CouponCode,
                Points = body.Points ?? cart.Points.Amount,
            };
        }

        if (body.AddressId is { } addressId)
        {
            var addresses = body.MemberId is { } memberId ? await carts.AddressesAsync(memberId, cancellationToken) : [];
            var address = addresses.FirstOrDefault(known => known.AddressId == addressId);
            if (address is null)
            {
                return (body, Problem.Of(StatusCodes.Status422UnprocessableEntity, "unknown-address", "The member has no such address."));
            }

            body = body with { ShipTo = address.ToShippingAddress() };
        }

        return (body, null);
    }

    /// <summary>Takes what was ordered out of its cart, once the order was accepted; what was put in meanwhile stays.</summary>
    public async Task<IResult> ForgetOrderedAsync(PlaceOrderBody ordered, IResult answer, CancellationToken cancellationToken)
    {
        if (ordered.CartId is { } cartId && answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created or StatusCodes.Status202Accepted })
        {
            await carts.ChangeAsync(cartId, cart => Without(cart, ordered.Lines ?? []), cancellationToken);
        }

        return answer;
    }

    private Cart Without(Cart cart, IReadOnlyList<PlaceOrderLine?> ordered)
    {
        foreach (var line in ordered)
        {
            cart = cart.With(line!.ProductId!, Math.Max(0, cart.QuantityOf(line.ProductId!) - line.Quantity!.Value), time.GetUtcNow());
        }

        return cart with { CouponCode = null, Points = default };
    }
}
