namespace OrderOrchestration.Partners.Payments;

/// <summary>The scheduled actions of the payment team.</summary>
internal static class PaymentActions
{
    public const string Decide = "decide";
    public const string ApproveCancelled = "approve cancelled";
    public const string ApproveDeclined = "approve declined";
    public const string Refund = "refund";
}
