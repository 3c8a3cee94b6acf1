using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Orders;

/// <summary>Sums over an order's ledger: nothing is computed from "what is left".</summary>
public static class OrderLedger
{
    extension(Order order)
    {
        /// <summary>Won that the payment team took for an attempt.</summary>
        public Won ChargedBy(int attempt) => order.Sum(entry => entry.Kind == LedgerKind.Charged && entry.Cause == PaymentCause(attempt));

        /// <summary>Won charged for the order itself: what closed attempts brought by mistake goes back and does not count.</summary>
        public Won Charged => order.Payments.Where(attempt => attempt.Status is PaymentStatus.Approved or PaymentStatus.Refunded)
            .Aggregate(Won.Zero, (sum, attempt) => sum + order.ChargedBy(attempt.Number));

        /// <summary>Card won that refunds of the order's goods have asked for, done or not.</summary>
        public Won CardAsked => order.OfGoods(LedgerKind.RefundAsked, entry => entry.Amount ?? Won.Zero) - order.OfGoods(LedgerKind.RefundRejected, entry => entry.Amount ?? Won.Zero);

        /// <summary>Points that refunds of the order's goods have promised, done or not.</summary>
        public Won PointsAsked => order.OfGoods(LedgerKind.RefundAsked, entry => entry.Points ?? Won.Zero) - order.OfGoods(LedgerKind.RefundRejected, entry => entry.Points ?? Won.Zero);

        public Won FeesKept => order.Sum(entry => entry.Kind == LedgerKind.FeeKept);

        public Won WithheldInAll => order.Sum(entry => entry.Kind == LedgerKind.Withheld);

        /// <summary>Points that paid for the order.</summary>
        public Won PointsUsed => order.SumPoints(LedgerKind.PointsUsed);

        public Won PointsRestoredInAll => order.SumPoints(LedgerKind.PointsRestored);

        /// <summary>Paid by card and not asked back.</summary>
        public Won CardLeft => order.Charged - order.CardAsked;

        /// <summary>Paid with points and not promised back.</summary>
        public Won PointsLeft => order.PointsUsed - order.PointsAsked;

        /// <summary>Points that the purchase brought its member and that were neither taken back nor withheld.</summary>
        public Won AccruedLeft => order.SumPoints(LedgerKind.Accrued) - order.SumPoints(LedgerKind.ClawedBack) - order.WithheldInAll
            - order.Sum(entry => entry.Kind == LedgerKind.WrittenOff && entry.Cause.StartsWith("claw-back/", StringComparison.Ordinal), entry => entry.Points ?? Won.Zero);

        /// <summary>The rate the points were accrued at: a claw-back uses it, whatever month it is (hotspot 24).</summary>
        public decimal AccrualRate => order.Ledger.Find(entry => entry.Kind == LedgerKind.Accrued)?.Rate ?? 0m;

        /// <summary>The card won of what refunds have taken off, the withheld part included: what the customer's goods no longer earn points for.</summary>
        public Won CardTakenOff => order.CardAsked
            + order.Refunds.Where(refund => refund.Money != MoneyStage.None && refund.Stands()).Aggregate(Won.Zero, (sum, refund) => sum + refund.Amount.Withheld);

        /// <summary>What foreigners gave back of an attempt.</summary>
        public Won ForeignRefunded(int attempt) => order.Sum(entry =>
            entry.Kind == LedgerKind.ForeignRefund && entry.Cause.StartsWith(PaymentCause(attempt) + "/", StringComparison.Ordinal));

        /// <summary>What was refunded of an attempt by us.</summary>
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

    /// <summary>The cause of what an attempt brought.</summary>
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

/// <summary>The units of an order: which went where.</summary>
public static class OrderUnits
{
    extension(Order order)
    {
        /// <summary>The lines that stock is reserved for: a pre-order needs none (예약 판매 상품은 재고 확인 없이 주문 가능).</summary>
        public IReadOnlyList<LineQuantity> StockLines => order.LinesWhere(line => !line.PreOrder);

        public IReadOnlyList<LineQuantity> PreOrderLines => order.LinesWhere(line => line.PreOrder);

        /// <summary>Units of a product that went back and whose money is back.</summary>
        public int ReturnedQuantity(string productId) =>
            order.UnitsIn(productId, refund => refund is { Status: RefundStatus.Completed, Kind: RefundKind.Return or RefundKind.Undeliverable });

        /// <summary>Units as the API shows them refunded: returned ones, and all of a cancelled order whose money is back.</summary>
        public int RefundedQuantity(string productId) =>
            order.ReturnedQuantity(productId) + order.UnitsIn(productId, refund => refund is { Status: RefundStatus.Completed, Kind: RefundKind.Cancellation });

        /// <summary>Units that were cancelled before dispatch after they were paid (부분 취소).</summary>
        public int CancelledQuantity(string productId) =>
            order.UnitsIn(productId, refund => refund.Kind == RefundKind.PartialCancellation && refund.Stands());

        /// <summary>Units that no refund has taken or is about to take, and that are not being exchanged.</summary>
        public int UnitsLeft(string productId) => order.UnitsNotRefunded(productId) - order.UnitsBeingExchanged(productId);

        /// <summary>Units that no refund has taken or is about to take.</summary>
        public int UnitsNotRefunded(string productId) =>
            order.Quote!.Lines.Where(line => line.ProductId == productId).Sum(line => line.Quantity)
            - order.UnitsIn(productId, refund => refund.TakesUnits() && refund.Stands());

        public IReadOnlyList<LineQuantity> LinesLeft =>
            [.. order.Quote!.Lines.Select(line => new LineQuantity(line.ProductId, order.UnitsLeft(line.ProductId))).Where(line => line.Quantity > 0)];

        /// <summary>Units that stay with the customer, or were not sent yet.</summary>
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

        /// <summary>Of these units, those that stock was taken for.</summary>
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
