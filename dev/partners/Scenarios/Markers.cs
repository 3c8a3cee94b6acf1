using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Scenarios;

/// <summary>Scenarios that are selected by markers in the order itself, for use from a command line; <c>docs/partners.md</c> lists them.</summary>
internal static class Markers
{
    private static readonly (string Ending, PaymentRule Rule)[] Methods =
    [
        ("-insufficient-balance", Declined("insufficient-balance")),
        ("-limit-exceeded", Declined("limit-exceeded")),
        ("-card-status", Declined("card-status")),
        ("-invalid-payment-info", Declined("invalid-payment-info")),
        ("-no-answer", new PaymentRule(Outcome: PaymentOutcome.NoAnswer)),
        ("-no-webhook", new PaymentRule(Outcome: PaymentOutcome.ApproveWithoutWebhook)),
        ("-too-late-to-cancel", new PaymentRule(Outcome: PaymentOutcome.TooLateToCancel)),
        ("-approved-after-cancel", new PaymentRule(Outcome: PaymentOutcome.ApproveAfterCancel)),
        ("-timed-out", new PaymentRule(Outcome: PaymentOutcome.TimeOut)),
        ("-customer-cancel", new PaymentRule(Outcome: PaymentOutcome.CustomerCancel)),
        ("-approved-after-decline", new PaymentRule(Outcome: PaymentOutcome.ApproveAfterDecline, DeclineCode: "limit-exceeded")),
        ("-approved-100", new PaymentRule(ApprovedAmount: 100)),
        ("-slow-refund", new PaymentRule(Refunds: RefundAnswer.ByWebhook)),
        ("-silent-refund", new PaymentRule(Refunds: RefundAnswer.WithoutWebhook)),
        ("-failing-refund", new PaymentRule(Refunds: RefundAnswer.Fails)),
        ("-endless-refund", new PaymentRule(Refunds: RefundAnswer.Never)),
    ];

    public static PaymentRule OfMethod(string method) =>
        Methods.FirstOrDefault(m => method.EndsWith(m.Ending, StringComparison.OrdinalIgnoreCase)).Rule ?? new PaymentRule();

    public static ShipmentRule OfShipment(string text)
    {
        bool Has(string marker) => text.Contains(marker, StringComparison.OrdinalIgnoreCase);
        return new ShipmentRule(
            FailedDeliveries: Has("#absent-always") || Has("#wrong-address") ? int.MaxValue : Has("#absent-once") ? 1 : Has("#absent-twice") ? 2 : 0,
            FailureReason: Has("#wrong-address") ? "address-error" : "recipient-absent",
            ReturnedToSender: Has("#returned"),
            RefuseCancel: Has("#unstoppable"),
            Postponed: Has("#postponed"),
            LateScan: Has("#late-scan"),
            ByHand: Has("#by-hand"),
            StallsAt: Has("#no-word") ? ShipmentState.Requested : null);
    }

    public static PickupRule OfPickup(string text)
    {
        bool Has(string marker) => text.Contains(marker, StringComparison.OrdinalIgnoreCase);
        return new PickupRule(Condition: Has("#defective") ? "defective" : "good", ByHand: Has("#never-collected"));
    }

    private static PaymentRule Declined(string code) => new(Outcome: PaymentOutcome.Decline, DeclineCode: code);
}
