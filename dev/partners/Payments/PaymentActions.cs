namespace OrderOrchestration.Partners.Payments;

/// <summary>What the payment team does in its own time.</summary>
internal static class PaymentActions
{
    public const string Decide = "decide";
    public const string ApproveCancelled = "approve cancelled";
    public const string ApproveDeclined = "approve declined";
    public const string Refund = "refund";
}
