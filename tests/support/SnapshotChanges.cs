using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;

namespace OrderOrchestration.Tests;

/// <summary>What else happens to an order in a test: steps that wait for an operator, and refunds.</summary>
internal static class SnapshotChanges
{
    extension(Order order)
    {
        /// <summary>A step waits for an operator.</summary>
        public Order WithAttention(string process = ProcessNames.Paying, string step = "request-payment") => order.Apply(new AttentionRaised(
            order.UpdatedAt,
            new Attention(
                $"{order.OrderId}-a{order.AttentionCount + 1}",
                process,
                process,
                step,
                "the team does not answer",
                [RecoveryActions.Retry],
                order.UpdatedAt)));

        /// <summary>An operator chose what becomes of the steps that wait; their processes have yet to act on it.</summary>
        public Order WithAttentionsResolved() => order.Attentions.Aggregate(
            order,
            (resolved, attention) => resolved.Apply(
                new AttentionResolved(order.UpdatedAt, attention.AttentionId, RecoveryActions.Retry, "operator:kim", "again")));

        /// <summary>No step waits any more.</summary>
        public Order WithAttentionsClosed() => order.Attentions.Aggregate(
            order, (closed, attention) => closed.Apply(new AttentionClosed(order.UpdatedAt, attention.AttentionId)));

        /// <summary>A refund of a delivered order that got as far as <paramref name="status"/> at once; of the first line's first unit, unless said otherwise.</summary>
        public Order WithRefund(
            string refundId,
            RefundStatus status,
            DateTimeOffset at,
            IReadOnlyList<LineQuantity>? units = null,
            string reason = "defective")
        {
            var refund = new Refund(
                refundId, RefundKind.Return, reason, units ?? [new LineQuantity(order.Request.Lines[0].ProductId, 1)], at)
            {
                Status = RefundStatus.AwaitingApproval,
                ReturnRequired = true,
            };
            var requested = new RefundRequested(at, refund with { Amount = RefundPricing.Of(order, refund) });
            return order.Apply(requested).WithRefundMoved(refundId, status, at);
        }

        /// <summary>The refund after all steps from its status to <paramref name="status"/>.</summary>
        public Order WithRefundMoved(string refundId, RefundStatus status, DateTimeOffset at)
        {
            if (status == RefundStatus.Rejected)
            {
                return order.Apply(new RefundRejected(at, refundId, "admin:kim", "the goods were used"));
            }

            var moved = order;
            while (moved.FindRefund(refundId)!.Status is var current && current < status)
            {
                moved = current switch
                {
                    RefundStatus.AwaitingApproval => moved.Apply(new RefundApproved(at, refundId, "admin:kim", "agreed")),
                    RefundStatus.AwaitingPickup => PickedUp(moved, refundId, at),
                    _ => Repaid(moved, refundId, at),
                };
            }

            return moved;
        }
    }

    private static Order PickedUp(Order order, string refundId, DateTimeOffset at) => order
        .Apply(new PickupAccepted(at, refundId))
        .Apply(new GoodsPickedUp(at, refundId, Defective: true, Received: null));

    private static Order Repaid(Order order, string refundId, DateTimeOffset at)
    {
        var refund = order.FindRefund(refundId)!;
        var amount = RefundPricing.Of(order, refund);
        return order
            .Apply(new RefundMoneyRequested(at, refundId, amount, order.UnitSharesOf(refund), order.ApprovedAttempt?.Number))
            .Apply(new RefundMoneyReturned(at, refundId, amount.Card, Received: null))
            .Apply(new PointsRestored(at, refundId, amount.Points))
            .Apply(new RefundCompleted(at, refundId));
    }
}
