using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>Body of <c>POST /v1/orders</c> (contract §1). Everything is optional to the reader, so that all that is missing is named at once.</summary>
public sealed record PlaceOrderBody
{
    public string? MemberId { get; init; }

    public GuestContact? Guest { get; init; }

    public IReadOnlyList<PlaceOrderLine?>? Lines { get; init; }

    public string? CartId { get; init; }

    public ShippingAddress? ShipTo { get; init; }

    public string? AddressId { get; init; }

    public string? DeliveryNote { get; init; }

    public string? CouponCode { get; init; }

    /// <summary>Points to use, in won.</summary>
    public long? Points { get; init; }

    /// <summary>Absent: the customer pays later.</summary>
    public PaymentChoice? Payment { get; init; }
}

/// <summary>Units of a product that are ordered.</summary>
public sealed record PlaceOrderLine(string? ProductId, int? Quantity);
