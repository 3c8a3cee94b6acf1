using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.Matrix;

/// <summary>A command that a person may send to an order (contract §1).</summary>
/// <param name="Name">As the table names it.</param>
/// <param name="Update">The update that carries it (contract §3).</param>
/// <param name="Command">Its argument, made of the version of the stored snapshot.</param>
internal sealed record MatrixCommand(string Name, string Update, Func<long, object> Command)
{
    private static readonly LineQuantity[] OneUnit = [new("p-100", 1)];
    private static readonly ShippingAddress Elsewhere = new("김주문", "010-1111-0001", "48058", "부산시 해운대구");

    public static IReadOnlyList<MatrixCommand> All { get; } =
    [
        new("pay", "pay", seen => new PayCommand("card", SeenVersion: seen)),
        new("give the payment up", "cancel-payment", seen => new CancelPaymentCommand(seen)),
        new("cancel", "cancel", seen => new CancelCommand("changed my mind", SeenVersion: seen)),
        new("cancel a unit", "cancel", seen => new CancelCommand("one is enough", Lines: OneUnit, CancellationId: "c-1", SeenVersion: seen)),
        new("change the address", "change-address", seen => new ChangeAddressCommand(Elsewhere, new(Deliverable: true, Remote: false), seen)),
        new("confirm", "confirm", seen => new ConfirmCommand(seen)),
        new("return a unit", "request-refund", seen => new RefundCommand("r-2", RefundReasons.Defective, ReturnRequired: true, OneUnit, SeenVersion: seen)),
        new("approve the refund", "decide-refund", seen => new RefundDecision("r-1", Approved: true, "admin:lee", "seen", seen)),
        new("reject the refund", "decide-refund", seen => new RefundDecision("r-1", Approved: false, "admin:lee", "not seen", seen)),
        new("exchange a unit", "request-exchange", seen => new ExchangeCommand("x-2", RefundReasons.WrongItem, OneUnit, seen)),
        new("claim it", "claim", seen => new ClaimCommand("m-1", "GOLD", null, seen, "claim-1")),
        new("retry what is stuck", "recover", seen => new RecoverCommand(RecoveryActions.Retry, "try again", "operator:kim", SeenVersion: seen)),
        new("undo what is stuck", "recover", seen => new RecoverCommand(RecoveryActions.Compensate, "undo it", "operator:kim", SeenVersion: seen)),
    ];

    public override string ToString() => Name;
}
