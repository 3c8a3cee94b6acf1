using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>What holds for every order at every moment (domain §4 and invariant 1 of §5), whatever its refunds are.</summary>
internal static class Invariants
{
    public static void Hold(RefundHistory history, RefundModel model)
    {
        var order = history.Order;
        var totals = order.LedgerTotals;
        True(order.CardLeft.Amount >= 0, "card is below zero");
        True(order.PointsLeft.Amount >= 0, "points are below zero");
        True(order.AccruedLeft.Amount >= 0, "more is clawed back than was accrued");
        True(totals.Refunded <= totals.Charged, "more is refunded than was charged");
        True(totals.PointsRestored <= totals.PointsUsed, "more points are restored than were used");
        var all = order.CardAsked + order.PointsAsked + order.FeesKept + order.WithheldInAll;
        True(all.Amount <= model.Paid, "refunds, fees and won withheld are more than was paid");
        foreach (var refund in order.Refunds)
        {
            var amount = refund.Amount;
            True(amount is { Card.Amount: >= 0, Points.Amount: >= 0, Fee.Amount: >= 0, Withheld.Amount: >= 0, Shipping.Amount: >= 0 }, $"{refund.RefundId} is below zero");
            True(refund.Shares.All(share => share is { Card.Amount: >= 0, Points.Amount: >= 0 }), $"a share of {refund.RefundId} is below zero");
        }

        foreach (var line in order.Quote!.Lines)
        {
            True(order.UnitsLeft(line.ProductId) >= 0, "more units are gone than were ordered");
            LineShares(order, line);
        }

        void True(bool holds, string what)
        {
            if (!holds)
            {
                throw new InvalidOperationException(what);
            }
        }

        void LineShares(Order whole, Workflows.Pricing.QuotedLine line)
        {
            var shares = whole.Refunds.Where(refund => refund.IsActive()).SelectMany(refund => refund.Shares).Where(share => share.ProductId == line.ProductId).ToList();
            var (card, points) = (shares.Sum(share => share.Card.Amount), shares.Sum(share => share.Points.Amount));
            True(card <= line.CardShare.Amount && points <= line.PointsShare.Amount, "units take more than their line");
            True(
                shares.Sum(share => share.Quantity) < line.Quantity || (card, points) == (line.CardShare.Amount, line.PointsShare.Amount),
                "all units of a line do not take exactly its shares");
        }
    }

    /// <summary>Every refund is complete, and the ledger has returned exactly what the refunds requested.</summary>
    public static void HoldAtTheEnd(RefundHistory history, RefundModel model)
    {
        var order = history.Order;
        var totals = order.LedgerTotals;
        var isSettled = order.Refunds.TrueForAll(refund => !refund.IsOpen());
        var isFaultOnly = order.Refunds.TrueForAll(refund => !refund.IsActive() || refund.IsSellersFault());
        var cancellationPoints = order.IsCancelled ? 0 : order.PointsAsked.Amount - totals.PointsRestored.Amount;
        if (!isSettled || order.CardAsked != totals.Refunded || cancellationPoints != 0)
        {
            throw new InvalidOperationException("a refund is not complete");
        }

        if (order.Status == OrderStatus.Refunded && isFaultOnly && order.CardAsked + order.PointsAsked + order.WithheldInAll != new Workflows.Money.Won(model.Paid))
        {
            throw new InvalidOperationException("all went back for the seller's fault, but not all that was paid");
        }
    }
}
