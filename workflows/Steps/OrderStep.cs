using Temporalio.Common;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>One step of an order: how it is named to an operator, and what an operator may choose when it cannot be done.</summary>
/// <param name="Summary">Shown beside the activity in the Temporal Web UI.</param>
/// <param name="Skippable">Only what moves neither money nor stock may be left out.</param>
/// <param name="CallTime">How long one try may take.</param>
public sealed record OrderStep(string Name, string Summary, bool Skippable = false, int CallTime = 10)
{
    public static OrderStep ReadFacts { get; } = new("read-facts", "ask the teams what the order is priced by");

    public static OrderStep ReadOrder { get; } = new("read-order", "read the order as its workflow left it");

    public static OrderStep RedeemCoupon { get; } = new("redeem-coupon", "redeem the coupon at the promotion team");

    public static OrderStep UsePoints { get; } = new("use-points", "use the points at the member team");

    public static OrderStep ReserveStock { get; } = new("reserve-stock", "reserve stock at the product team");

    public static OrderStep VerifyIdentity { get; } = new("verify-identity", "read the identity verification at the payment team");

    public static OrderStep RequestPayment { get; } = new("request-payment", "request payment at the payment team");

    public static OrderStep ClosePayment { get; } = new("close-payment", "ask the payment team how the attempt ended, cancel it if it is pending");

    public static OrderStep RefundPayment { get; } = new("refund-payment", "refund at the payment team");

    public static OrderStep CommitStock { get; } = new("commit-stock", "commit the reserved stock at the product team");

    public static OrderStep RestoreStock { get; } = new("restore-stock", "restore the stock at the product team", CallTime: 20);

    public static OrderStep RestoreGoods { get; } = new("restore-goods", "put goods that came back on the product team's shelves");

    public static OrderStep RestorePoints { get; } = new("restore-points", "restore the points at the member team");

    public static OrderStep RestoreCoupon { get; } = new("restore-coupon", "restore the coupon at the promotion team");

    public static OrderStep RequestShipping { get; } = new("request-shipping", "request shipping at the logistics team", CallTime: 60);

    public static OrderStep StopShipments { get; } = new("stop-shipments", "ask the logistics team to stop the shipments", CallTime: 60);

    public static OrderStep ChangeAddress { get; } = new("change-address", "change the address at the logistics team", CallTime: 60);

    public static OrderStep ReturnShipment { get; } = new("return-shipment", "have the logistics team send an undeliverable shipment back");

    public static OrderStep RequestPickup { get; } = new("request-pickup", "have the logistics team collect the goods from the customer");

    public static OrderStep ClawBackPoints { get; } = new("claw-back-points", "take accrued points back at the member team");

    public static OrderStep RecordPurchase { get; } = new("record-purchase", "accrue points and record the purchase at the member team", Skippable: true, CallTime: 20);

    /// <summary>Writing the order down: repeated until it is done, for nothing may go on without it.</summary>
    public static OrderStep Record { get; } = new("record-order", "write the order and its events to the order store");

    private static RetryPolicy Patiently => new()
    {
        InitialInterval = TimeSpan.FromSeconds(1),
        BackoffCoefficient = 2,
        MaximumInterval = TimeSpan.FromMinutes(1),
    };

    /// <summary>
    /// The options of the step's activity. A step runs on a token that the order's own cancellation does not reach: what was begun gets an answer,
    /// and what must be undone is undone.
    /// </summary>
    /// <param name="patience">How long the step is repeated before it parks; <c>null</c>: until it is done.</param>
    public ActivityOptions Options(TimeSpan? patience) => new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(CallTime),
        ScheduleToCloseTimeout = patience,
        RetryPolicy = Patiently,
        CancellationToken = CancellationToken.None,
        Summary = Summary,
    };
}
