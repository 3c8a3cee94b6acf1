using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>Sums over an order's ledger. Every amount is computed from the entries; no balance is stored.</summary>
public static class OrderLedger
{
    extension(Order order)
    {
        /// <summary>Won that the payment team charged for an attempt.</summary>
        public Won ChargedBy(int attempt) => order.Sum(entry => entry.Kind == LedgerKind.Charged && entry.Cause == PaymentCause(attempt));

        /// <summary>Won charged for the order itself: late payments of closed attempts are refunded and do not count.</summary>
        public Won Charged => order.Payments.Where(attempt => attempt.Status is PaymentStatus.Approved or PaymentStatus.Refunded)
            .Aggregate(Won.Zero, (sum, attempt) => sum + order.ChargedBy(attempt.Number));

        /// <summary>Card won that refunds of the order's goods have requested, completed or not.</summary>
        public Won CardAsked => order.OfGoods(LedgerKind.RefundAsked, entry => entry.Amount ?? Won.Zero);

        /// <summary>Points that refunds of the order's goods give back, completed or not.</summary>
        public Won PointsAsked => order.OfGoods(LedgerKind.RefundAsked, entry => entry.Points ?? Won.Zero);

        public Won FeesKept => order.Sum(entry => entry.Kind == LedgerKind.FeeKept);

        public Won WithheldInAll => order.Sum(entry => entry.Kind == LedgerKind.Withheld);

        /// <summary>Points that paid for the order.</summary>
        public Won PointsUsed => order.SumPoints(LedgerKind.PointsUsed);

        public Won PointsRestoredInAll => order.SumPoints(LedgerKind.PointsRestored);

        /// <summary>Charged by card and not requested by a refund.</summary>
        public Won CardLeft => order.Charged - order.CardAsked;

        /// <summary>Paid with points and not given back by a refund, completed or not.</summary>
        public Won PointsLeft => order.PointsUsed - order.PointsAsked;

        /// <summary>Points that were accrued by the purchase, without those clawed back, withheld or written off.</summary>
        public Won AccruedLeft => order.SumPoints(LedgerKind.Accrued) - order.SumPoints(LedgerKind.ClawedBack) - order.WithheldInAll
            - order.Sum(entry => entry.Kind == LedgerKind.WrittenOff && entry.Cause.StartsWith("claw-back/", StringComparison.Ordinal), entry => entry.Points ?? Won.Zero);

        /// <summary>The rate the points were accrued at: a claw-back uses it, whatever the current month (hotspot 24).</summary>
        public decimal AccrualRate => order.Ledger.Find(entry => entry.Kind == LedgerKind.Accrued)?.Rate ?? 0m;

        /// <summary>Card won that refunds have deducted, the withheld part included: no points are earned for it.</summary>
        public Won CardTakenOff => order.CardAsked
            + order.Refunds.Where(refund => refund.Money != MoneyStage.None && refund.IsActive()).Aggregate(Won.Zero, (sum, refund) => sum + refund.Amount.Withheld);

        /// <summary>Won of an attempt that were refunded at the payment team without our request.</summary>
        public Won ForeignRefunded(int attempt) => order.Sum(entry =>
            entry.Kind == LedgerKind.ForeignRefund && entry.Cause.StartsWith(PaymentCause(attempt) + "/", StringComparison.Ordinal));

        /// <summary>Won of an attempt that were refunded by us.</summary>
        public Won RefundedBy(int attempt) => order.Refunds.Where(refund => refund.Attempt == attempt)
            .Aggregate(Won.Zero, (sum, refund) => sum + order.Sum(entry => entry.Kind == LedgerKind.Refunded && entry.Cause == refund.RefundId));

        /// <summary>Sums as the API shows them.</summary>
        public LedgerTotals LedgerTotals => new(
            order.Sum(entry => entry.Kind == LedgerKind.Charged),
            order.Sum(entry => entry.Kind == LedgerKind.Refunded),
            order.Sum(entry => entry.Kind == LedgerKind.ForeignRefund),
            order.FeesKept,
            order.WithheldInAll,
            order.PointsUsed,
            order.PointsRestoredInAll,
            order.SumPoints(LedgerKind.Accrued),
            order.SumPoints(LedgerKind.ClawedBack),
            order.SumPoints(LedgerKind.WrittenOff));

        private Won OfGoods(LedgerKind kind, Func<LedgerEntry, Won> part) => order.Sum(
            entry => entry.Kind == kind && order.FindRefund(entry.Cause)?.TakesUnits() == true, part);

        private Won SumPoints(LedgerKind kind) => order.Sum(entry => entry.Kind == kind, entry => entry.Points ?? Won.Zero);

        private Won Sum(Func<LedgerEntry, bool> which, Func<LedgerEntry, Won>? part = null) =>
            order.Ledger.Where(which).Aggregate(Won.Zero, (sum, entry) => sum + (part is null ? entry.Amount ?? Won.Zero : part(entry)));
    }

    /// <summary>The ledger cause of an attempt's entries.</summary>
    public static string PaymentCause(int attempt) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"payment/{attempt}");
}

/// <summary>The totals of a ledger (contract §1).</summary>
public sealed record LedgerTotals(
    Won Charged,
    Won Refunded,
    Won ForeignRefunded,
    Won FeeKept,
    Won Withheld,
    Won PointsUsed,
    Won PointsRestored,
    Won Accrued,
    Won ClawedBack,
    Won WrittenOff);

/// <summary>The units of an order by what became of them.</summary>
public static class OrderUnits
{
    extension(Order order)
    {
        /// <summary>The lines that stock is reserved for: a pre-order needs none (예약 판매 상품은 재고 확인 없이 주문 가능).</summary>
        public IReadOnlyList<LineQuantity> StockLines => order.LinesWhere(line => !line.PreOrder);

        public IReadOnlyList<LineQuantity> PreOrderLines => order.LinesWhere(line => line.PreOrder);

        /// <summary>Units of a product that were returned and refunded.</summary>
        public int ReturnedQuantity(string productId) =>
            order.UnitsIn(productId, refund => refund is { Status: RefundStatus.Completed, Kind: RefundKind.Return or RefundKind.Undeliverable });

        /// <summary>Units that the API shows as refunded: returned units, and all units of a cancelled order that was refunded.</summary>
        public int RefundedQuantity(string productId) =>
            order.ReturnedQuantity(productId) + order.UnitsIn(productId, refund => refund is { Status: RefundStatus.Completed, Kind: RefundKind.Cancellation });

        /// <summary>Units that were cancelled before dispatch after they were paid (부분 취소).</summary>
        public int CancelledQuantity(string productId) =>
            order.UnitsIn(productId, refund => refund.Kind == RefundKind.PartialCancellation && refund.IsActive());

        /// <summary>Units that are part neither of a refund (unless rejected) nor of an open exchange.</summary>
        public int UnitsLeft(string productId) => order.UnitsNotRefunded(productId) - order.UnitsBeingExchanged(productId);

        /// <summary>Units that are not part of a refund, unless it was rejected.</summary>
        public int UnitsNotRefunded(string productId) =>
            order.Quote!.Lines.Where(line => line.ProductId == productId).Sum(line => line.Quantity)
            - order.UnitsIn(productId, refund => refund.TakesUnits() && refund.IsActive());

        public IReadOnlyList<LineQuantity> LinesLeft =>
            [.. order.Quote!.Lines.Select(line => new LineQuantity(line.ProductId, order.UnitsLeft(line.ProductId))).Where(line => line.Quantity > 0)];

        /// <summary>Units that the customer retains, including those not sent yet.</summary>
        public IReadOnlyList<LineQuantity> LinesRetained =>
        [
            .. order.Quote!.Lines
                .Select(line => new LineQuantity(line.ProductId, line.Quantity - order.RefundedQuantity(line.ProductId) - order.CancelledQuantity(line.ProductId)))
                .Where(line => line.Quantity > 0),
        ];

        /// <summary>What was paid for the products that are retained, card and points together.</summary>
        public Won PaidForRetained => order.Quote!.Lines.Aggregate(Won.Zero, (sum, line) =>
        {
            var gone = order.RefundedQuantity(line.ProductId) + order.CancelledQuantity(line.ProductId);
            return sum + Shares.OfUnits(line.Paid, gone, line.Quantity - gone, line.Quantity);
        });

        /// <summary>Those of the units that stock is reserved for: not the pre-orders.</summary>
        public IReadOnlyList<LineQuantity> Stocked(IReadOnlyList<LineQuantity> units) =>
            [.. units.Where(unit => order.Quote!.Lines.Any(line => !line.PreOrder && line.ProductId == unit.ProductId))];

        private int UnitsBeingExchanged(string productId) => order.Exchanges
            .Where(exchange => exchange.IsOpen())
            .SelectMany(exchange => exchange.Lines)
            .Where(line => line.ProductId == productId)
            .Sum(line => line.Quantity);

        internal int UnitsIn(string productId, Func<Refund, bool> which) => order.Refunds
            .Where(which)
            .SelectMany(refund => refund.Units)
            .Where(unit => string.Equals(unit.ProductId, productId, StringComparison.Ordinal))
            .Sum(unit => unit.Quantity);

        private IReadOnlyList<LineQuantity> LinesWhere(Func<QuotedLine, bool> which) =>
            [.. order.Quote!.Lines.Where(which).Select(line => new LineQuantity(line.ProductId, line.Quantity))];
    }
}
