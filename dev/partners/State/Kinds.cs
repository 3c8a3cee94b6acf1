namespace OrderOrchestration.Partners.State;

/// <summary>The kinds of documents in the state file.</summary>
internal static class Kinds
{
    public const string Product = "product";
    public const string Shelf = "shelf";
    public const string Reservation = "reservation";
    public const string Payment = "payment";
    public const string Verification = "verification";
    public const string Shipment = "shipment";
    public const string Pickup = "pickup";
    public const string Member = "member";
    public const string PointMove = "point-move";
    public const string Purchase = "purchase";
    public const string Coupon = "coupon";
    public const string Redemption = "redemption";
    public const string Payout = "payout";
    public const string TaxInvoice = "tax-invoice";
    public const string Notification = "notification";
    public const string Answer = "answer";
    public const string Step = "step";
    public const string Event = "event";
    public const string Rules = "rules";
    public const string Faults = "faults";
    public const string Secret = "secret";
}
