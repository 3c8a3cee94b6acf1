using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Api.Carts;

/// <summary>A cart, priced as an order would be, with the units that are available now (hotspot 1: only the reservation decides).</summary>
/// <param name="LeftOut">After a merge: products that were skipped because the cart is full or because they are not available.</param>
/// <param name="Unanswered">
/// Teams that did not answer in time (<c>product</c>, <c>member</c>, <c>promotion</c>): the amounts exclude their facts. Absent where all answered.
/// </param>
public sealed record CartView(
    string CartId,
    IReadOnlyList<CartLineView> Lines,
    OrderAmounts Amounts,
    string? CouponCode = null,
    string? CouponProblem = null,
    IReadOnlyList<string>? LeftOut = null,
    IReadOnlyList<string>? Unanswered = null);

/// <summary>One line of a cart. A product that is unknown or not on sale is shown without a price.</summary>
/// <param name="Available">Absent where the product team does not answer.</param>
public sealed record CartLineView(
    string ProductId, string Name, string SellerId, int Quantity, int? Available, bool OnSale, bool PreOrder, Won UnitPrice, Won Discount, Won Paid);
