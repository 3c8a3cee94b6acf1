using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Api.Carts;

/// <summary>A cart as it is answered: priced as an order of it would be, with what is available now (hotspot 1: only the reservation decides).</summary>
/// <param name="LeftOut">After a merge: products that no longer found room or are not to be had.</param>
/// <param name="Unanswered">
/// Teams that were silent (<c>product</c>, <c>member</c>, <c>promotion</c>): what only they know is not in the amounts. Absent where all answered.
/// </param>
public sealed record CartView(
    string CartId,
    IReadOnlyList<CartLineView> Lines,
    OrderAmounts Amounts,
    string? CouponCode = null,
    string? CouponProblem = null,
    IReadOnlyList<string>? LeftOut = null,
    IReadOnlyList<string>? Unanswered = null);

/// <summary>One line of a cart; a product that is not on sale, or of which nothing is known, is shown and not priced.</summary>
/// <param name="Available">Absent where the product team is silent.</param>
public sealed record CartLineView(
    string ProductId, string Name, string SellerId, int Quantity, int? Available, bool OnSale, bool PreOrder, Won UnitPrice, Won Discount, Won Paid);
