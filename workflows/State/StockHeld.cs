using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Workflows.State;

/// <summary>The reservation of an order (재고 확보).</summary>
/// <param name="ReservationId">Absent where nothing had to be reserved: an order of pre-orders only.</param>
/// <param name="ExpiresAt">Until then the order may be paid.</param>
/// <param name="NoticeGiven">The customer was told that it runs out soon (hotspot 10).</param>
public sealed record StockHeld(string? ReservationId, DateTimeOffset ExpiresAt, IReadOnlyList<ReservedLine> Lines, bool NoticeGiven = false);

/// <summary>What the product team holds.</summary>
public sealed partial record OrderState
{
    /// <summary>The lines that stock is reserved for: a pre-order needs none (예약 판매 상품은 재고 확인 없이 주문 가능).</summary>
    public IReadOnlyList<LineQuantity> StockLines => [.. Quote!.Lines.Where(line => !line.PreOrder).Select(line => new LineQuantity(line.ProductId, line.Quantity))];

    public IReadOnlyList<LineQuantity> PreOrderLines => [.. Quote!.Lines.Where(line => line.PreOrder).Select(line => new LineQuantity(line.ProductId, line.Quantity))];

    public OrderState StockReserved(StockReservationAnswer answer) => this with
    {
        Stock = Hold.Taken,
        Status = OrderStatus.StockReserved,
        Reservation = new StockHeld(answer.ReservationId, answer.ExpiresAt!.Value, answer.Lines),
    };

    /// <summary>Nothing to reserve: the order waits for its money as long as a reservation would.</summary>
    public OrderState NothingToReserve(DateTimeOffset now) => this with
    {
        Status = OrderStatus.StockReserved,
        Reservation = new StockHeld(null, now + Policies.ReservationTtl, []),
    };

    public OrderState ReservationNoticeGiven() => this with { Reservation = Reservation! with { NoticeGiven = true } };
}
