using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Activities.Store.Carts;

/// <summary>A cart (장바구니): what a member or a guest is about to order. Its changes are pure; a change without effect returns the same cart.</summary>
/// <param name="Items">In the order in which their products were first added.</param>
public sealed record Cart(string CartId, IReadOnlyList<CartItem> Items, string? CouponCode = null, Won Points = default)
{
    /// <summary>Maximum units of a product, whatever is added or merged.</summary>
    public const int MostUnits = 10_000;

    public static Cart Empty(string cartId) => new(cartId, []);

    public bool IsEmpty => Items.Count == 0 && CouponCode is null && Points == Won.Zero;

    /// <summary>The items as lines of an order.</summary>
    public IReadOnlyList<LineQuantity> Lines => [.. Items.Select(item => new LineQuantity(item.ProductId, item.Quantity))];

    public int QuantityOf(string productId) => Items.FirstOrDefault(item => item.ProductId == productId)?.Quantity ?? 0;

    /// <summary>Sets the units of a product; zero removes it.</summary>
    public Cart With(string productId, int quantity, DateTimeOffset now)
    {
        if (QuantityOf(productId) == quantity)
        {
            return this;
        }

        if (quantity == 0)
        {
            return this with { Items = [.. Items.Where(item => item.ProductId != productId)] };
        }

        return QuantityOf(productId) == 0
            ? this with { Items = [.. Items, new CartItem(productId, quantity, now)] }
            : this with { Items = [.. Items.Select(item => item.ProductId == productId ? item with { Quantity = quantity } : item)] };
    }

    /// <summary>
    /// The cart after a guest's was merged into it (hotspot 2): quantities add up, capped by what is available; past <paramref name="limit"/> products
    /// the guest's newest items are skipped and returned. The member's own quantities are never reduced.
    /// </summary>
    public (Cart Cart, IReadOnlyList<string> LeftOut) Merge(Cart guest, Func<string, int> available, int limit, DateTimeOffset now)
    {
        var merged = this;
        var leftOut = new List<string>();
        foreach (var item in guest.Items.OrderBy(item => item.AddedAt))
        {
            var own = merged.QuantityOf(item.ProductId);
            var quantity = Math.Max(own, (int)Math.Min((long)own + item.Quantity, Math.Min(available(item.ProductId), MostUnits)));
            if (quantity == 0 || (own == 0 && merged.Items.Count >= limit))
            {
                leftOut.Add(item.ProductId);
                continue;
            }

            merged = merged.With(item.ProductId, quantity, now);
        }

        return (merged, leftOut);
    }

    /// <summary>The cart after the items that an order had taken were returned, at their former place first; items added meanwhile stay.</summary>
    public Cart TakeBack(Cart taken)
    {
        var items = taken.Items.Select(item => item with { Quantity = Math.Min(MostUnits, item.Quantity + QuantityOf(item.ProductId)) });
        var others = Items.Where(item => taken.QuantityOf(item.ProductId) == 0);
        return new Cart(CartId, [.. items, .. others], CouponCode ?? taken.CouponCode, Points == Won.Zero ? taken.Points : Points);
    }
}

/// <summary>Units of a product in a cart, and since when.</summary>
public sealed record CartItem(string ProductId, int Quantity, DateTimeOffset AddedAt);
