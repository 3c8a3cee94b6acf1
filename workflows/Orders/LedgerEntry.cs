using System.Collections.Immutable;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>
/// One entry of an order's ledger (domain §4): a movement of won, points, units or a coupon. The ledger is append-only; amounts are positive, and the
/// kind gives the direction. Every figure that is shown, refunded, clawed back or settled is a sum over the entries.
/// </summary>
/// <param name="EntryId"><c>orderId/kind/cause</c>.</param>
/// <param name="Amount">Won.</param>
/// <param name="Rate">The rate of an accrual: a claw-back uses it again.</param>
/// <param name="Cause">What caused it: <c>payment/1</c>, a refund's id, <c>order</c>.</param>
public sealed record LedgerEntry(
    string EntryId,
    LedgerKind Kind,
    string Cause,
    DateTimeOffset At,
    Won? Amount = null,
    Won? Points = null,
    IReadOnlyList<LineQuantity>? Units = null,
    decimal? Rate = null,
    string? CouponCode = null);

/// <summary>The kind of a ledger entry.</summary>
public enum LedgerKind
{
    Charged,
    RefundAsked,
    Refunded,
    FeeKept,
    ShippingReturned,
    PointsUsed,
    PointsRestored,
    Accrued,
    ClawedBack,
    Withheld,
    WrittenOff,
    Reserved,
    Committed,
    Released,
    Restored,

    /// <summary>A refund that was made at the payment team without our request.</summary>
    ForeignRefund,
    CouponRedeemed,
    CouponRestored,
}

/// <summary>Adds to a ledger.</summary>
internal static class LedgerWriting
{
    extension(Order order)
    {
        /// <summary>
        /// The order with one more entry. An entry of the same kind and cause already exists only if the same event was applied twice; then nothing is
        /// added.
        /// </summary>
        public Order With(
            LedgerKind kind,
            string cause,
            DateTimeOffset at,
            Won? amount = null,
            Won? points = null,
            IReadOnlyList<LineQuantity>? units = null,
            decimal? rate = null,
            string? couponCode = null)
        {
            var id = $"{order.Request.OrderId}/{KebabCase.Name(kind)}/{cause}";
            return order.Ledger.Exists(entry => entry.EntryId == id)
                ? order
                : order with { Ledger = order.Ledger.Add(new LedgerEntry(id, kind, cause, at, amount, points, units, rate, couponCode)) };
        }

        /// <summary>The same, if the amount is above a threshold.</summary>
        public Order WithAbove(Won threshold, LedgerKind kind, string cause, DateTimeOffset at, Won amount) =>
            amount > threshold ? order.With(kind, cause, at, amount) : order;

        /// <summary>The order with a changed attempt.</summary>
        public Order Change(int attempt, Func<PaymentAttempt, PaymentAttempt> change) => order with
        {
            Payments = order.Payments.SetItem(attempt - 1, change(order.Payments[attempt - 1])),
        };

        /// <summary>The order with a changed parcel.</summary>
        public Order ChangeShipment(string shipmentId, Func<Shipment, Shipment> change) => order with
        {
            Shipments = Replace(order.Shipments, known => known.ShipmentId == shipmentId, change),
        };

        /// <summary>The order with a changed refund.</summary>
        public Order ChangeRefund(string refundId, Func<Refund, Refund> change) => order with
        {
            Refunds = Replace(order.Refunds, known => known.RefundId == refundId, change),
        };

        /// <summary>The order with a changed exchange.</summary>
        public Order ChangeExchange(string exchangeId, Func<Exchange, Exchange> change) => order with
        {
            Exchanges = Replace(order.Exchanges, known => known.ExchangeId == exchangeId, change),
        };
    }

    private static ImmutableList<T> Replace<T>(ImmutableList<T> list, Predicate<T> which, Func<T, T> change)
    {
        var index = list.FindIndex(which);
        return index < 0 ? list : list.SetItem(index, change(list[index]));
    }
}
