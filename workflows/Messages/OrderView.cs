using System.Text.Json.Serialization;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Messages;

/// <summary>The public view of an order: the API's answer, the store's row and the answer of the query <c>order</c>.</summary>
public sealed record OrderView
{
    public required string OrderId { get; init; }

    /// <summary>Absent for a guest order.</summary>
    public string? MemberId { get; init; }

    public required OrderStatus Status { get; init; }

    public CancelReason? CancelReason { get; init; }

    /// <summary>The rule that refused the order, where <see cref="CancelReason"/> is <c>refused</c>.</summary>
    public string? Refusal { get; init; }

    public required OrderAmounts Amounts { get; init; }

    public required IReadOnlyList<OrderLineView> Lines { get; init; }

    /// <summary><c>null</c> once its customer's personal data was erased.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ShippingAddress? ShipTo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DeliveryNote { get; init; }

    /// <summary>The customer's personal data was erased; lines, amounts and payments are retained (contract §6).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Erased { get; init; }

    public ReservationView? Reservation { get; init; }

    public IReadOnlyList<PaymentView> Payments { get; init; } = [];

    public IReadOnlyList<ShipmentView> Shipments { get; init; } = [];

    public IReadOnlyList<RefundView> Refunds { get; init; } = [];

    public IReadOnlyList<ExchangeView> Exchanges { get; init; } = [];

    public DateTimeOffset? AutoConfirmAt { get; init; }

    /// <summary>The end of the return window (배송 후 7일 이내 반품 가능); absent before delivery.</summary>
    public DateTimeOffset? ReturnableUntil { get; init; }

    /// <summary>The oldest of <see cref="Attentions"/>.</summary>
    public AttentionView? Attention { get; init; }

    /// <summary>Open interventions, oldest first.</summary>
    public IReadOnlyList<AttentionView> Attentions { get; init; } = [];

    /// <summary>When a cancellation was requested that logistics has not agreed to yet: the order is cancelled as soon as its parcels are stopped.</summary>
    public DateTimeOffset? CancellationRequestedAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What the order costs, in won: <c>items − couponDiscount − tierDiscount + shippingFee − points = payable</c>.</summary>
public sealed record OrderAmounts(Won Items, Won CouponDiscount, Won TierDiscount, Won ShippingFee, Won Points, Won Payable);

/// <summary>One line: <c>paid = unitPrice × quantity − discount</c>, card and points together.</summary>
public sealed record OrderLineView(
    string ProductId, string SellerId, string Name, int Quantity, Won UnitPrice, Won Discount, Won Paid, int RefundedQuantity, bool PreOrder = false)
{
    /// <summary>Units that were cancelled before dispatch (부분 취소).</summary>
    public int CancelledQuantity { get; init; }
}

/// <summary>Stock reserved for this order until <paramref name="ExpiresAt"/>.</summary>
public sealed record ReservationView(DateTimeOffset ExpiresAt);

/// <summary>One attempt to pay by card or an easy-pay method.</summary>
public sealed record PaymentView(
    int Attempt,
    string Method,
    PaymentStatus Status,
    DateTimeOffset RequestedAt,
    string? DeclineCode = null,
    string? ApprovalNumber = null);

/// <summary>One parcel with its own waybill (송장).</summary>
public sealed record ShipmentView(
    string ShipmentId,
    string WarehouseId,
    ShipmentStatus Status,
    IReadOnlyList<LineQuantity> Lines,
    string? Waybill = null,
    string? Carrier = null,
    DateTimeOffset? EstimatedDelivery = null,
    DateTimeOffset? DeliveredAt = null,
    int FailedDeliveries = 0,
    IReadOnlyList<ShipmentLocation>? Locations = null,
    string? ExchangeId = null);

/// <summary>Where a parcel was seen on its way.</summary>
public sealed record ShipmentLocation(DateTimeOffset At, string Status, string? Location);

/// <summary>One refund; <paramref name="Amount"/> goes back to the card, <paramref name="Points"/> to the member.</summary>
/// <param name="ReturnRequired">The goods are collected first.</param>
public sealed record RefundView(
    string RefundId,
    Won Amount,
    Won Points,
    RefundStatus Status,
    string Reason,
    IReadOnlyList<LineQuantity> Lines,
    bool ReturnRequired,
    DateTimeOffset RequestedAt)
{
    /// <summary>반품비: already deducted, won.</summary>
    public Won Fee { get; init; }

    /// <summary>Deducted because points accrued by the purchase were already spent (hotspot 24), won.</summary>
    public Won Withheld { get; init; }

    /// <summary>
    /// The statutory deadline of the refund (전자상거래법 §18(2)); absent before the goods are back, or before the approval where no goods are returned.
    /// </summary>
    public DateTimeOffset? DueAt { get; init; }

    public bool Overdue { get; init; }

    /// <summary>Who approved or rejected it; absent if no decision was needed.</summary>
    public string? DecidedBy { get; init; }

    public string? Note { get; init; }
}

/// <summary>One exchange.</summary>
public sealed record ExchangeView(string ExchangeId, ExchangeStatus Status, string Reason, IReadOnlyList<LineQuantity> Lines);

/// <summary>A step that waits for an operator, its error in plain words, and the actions that an operator may choose.</summary>
/// <param name="Process">One of <c>placing, paying, shipment, return, exchange, cancelling, rewarding, claiming</c>.</param>
/// <param name="Compensation">What the action <c>compensate</c> gives back; absent if it is not allowed.</param>
public sealed record AttentionView(
    string AttentionId,
    string Process,
    string Step,
    string Error,
    IReadOnlyList<string> Actions,
    DateTimeOffset Since,
    CompensationView? Compensation = null)
{
    /// <summary>The consequence of <c>end</c> and <c>write-off</c> for money, points and units, in words.</summary>
    public string? EndMeans { get; init; }
}

/// <summary>What the compensation of an order gives back: won to the card, points and a coupon to the member, units to stock.</summary>
public sealed record CompensationView(Won Card, Won Points, IReadOnlyList<LineQuantity> Units, string? CouponCode);

/// <summary>Units of a product.</summary>
public sealed record LineQuantity(string ProductId, int Quantity);

/// <summary>Where and to whom a parcel goes (배송지). Personal data: never logged.</summary>
public sealed record ShippingAddress(string Recipient, string Phone, string PostalCode, string Address1, string? Address2 = null)
{
    /// <summary>
    /// The replacement of an address whose key was destroyed: no recipient, and a fingerprint that is equal for equal addresses, so that replay stays
    /// deterministic.
    /// </summary>
    public static ShippingAddress ErasedOne(string fingerprint) => new(string.Empty, string.Empty, string.Empty, fingerprint);

    /// <summary>An erased address has no recipient; any other address has one.</summary>
    [JsonIgnore]
    public bool IsErased => Recipient.Length == 0;
}
