namespace OrderOrchestration.Partners.Scenarios;

/// <summary>Scenarios that a person at a command line chooses by what is in the order itself; <c>docs/partners.md</c> lists them.</summary>
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
        ("-slow-refund", new PaymentRule(Refunds: RefundAnswer.ByWebhook)),
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
            ByHand: Has("#by-hand"));
    }

    public static PickupRule OfPickup(string text) =>
        text.Contains("#defective", StringComparison.OrdinalIgnoreCase) ? new PickupRule(Condition: "defective") : new PickupRule();

    private static PaymentRule Declined(string code) => new(Outcome: PaymentOutcome.Decline, DeclineCode: code);
}
