using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Lifecycle;

/// <summary>Which actions an operator may choose at a step that waits, and their immediate effect. The process then acts on the decision.</summary>
public static class RecoveryRules
{
    public static Refusal? Recover(Order order, RecoverCommand command) => Find(order, command) is not { } attention
        ? Refusal.Of(RefusalSlugs.NotStuck, "Nothing of that kind waits for an operator.", new { status = order.Status, command.AttentionId })
        : !attention.Actions.Contains(command.Action, StringComparer.Ordinal)
            ? Refusal.Of(RefusalSlugs.ActionNotAllowed, "The step does not allow this action.", new { step = attention.Step, actions = attention.Actions })
            : command is { Action: RecoveryActions.WriteOff or RecoveryActions.End, Note: null or "" }
                ? Refusal.Of(RefusalSlugs.ActionNotAllowed, "This action needs a note.", new { step = attention.Step, missing = "note" })
                : null;

    public static IReadOnlyList<DomainEvent> Recovered(Order order, RecoverCommand command, DateTimeOffset now)
    {
        var attention = Find(order, command)!;
        var by = command.By ?? "operator";
        var resolved = new AttentionResolved(now, attention.AttentionId, command.Action, by, command.Note);
        return command.Action == RecoveryActions.Compensate
            ? [resolved, new AttentionClosed(now, attention.AttentionId), .. Settled(order, now), .. CancellingRules.Requested(order, CancelReason.Operator, by, "compensated by an operator", now)]
            : [resolved];
    }

    /// <summary>Compensation settles reported payment differences too, because it gives back what is actually there.</summary>
    private static IEnumerable<DomainEvent> Settled(Order order, DateTimeOffset now) => order.PaymentDifferences.IsEmpty
        ? []
        : [new PaymentDifferencesSettled(now, [.. order.PaymentDifferences.Select(difference => difference.DifferenceId)])];

    private static Attention? Find(Order order, RecoverCommand command) => order.Attentions.Find(attention =>
        attention.IsOpen() && (command.AttentionId is null || attention.AttentionId == command.AttentionId));
}
