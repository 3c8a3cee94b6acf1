namespace OrderOrchestration.Workflows.Events;

/// <summary>Whether the order team publishes an event or receives it.</summary>
public enum EventDirection
{
    Published,
    Received,
}

/// <summary>One event type: its name in Korean as in the seed, the team that owns it and the fields of its data (seed §6.2).</summary>
public sealed record EventDescription(string Type, string KoreanName, string Owner, EventDirection Direction, IReadOnlyList<string> DataFields);

/// <summary>
/// Every event type that the order team publishes or receives (domain §2). Publisher and receiver use it, so <c>GET /v1/event-types</c> always matches
/// the behaviour.
/// </summary>
public static class EventCatalogue
{
    private static readonly Dictionary<string, EventDescription> ByType = new List<EventDescription>
    {
        Published("cart.item-added", "장바구니에 상품이 담겼다", "cartId, productId, quantity"),
        Published("cart.item-quantity-changed", "장바구니 수량이 변경되었다", "cartId, productId, quantity"),
        Published("cart.item-removed", "장바구니에서 상품이 제거되었다", "cartId, productId"),
        Published("order.placed", "주문이 접수되었다", "orderId, memberId, lines, amounts"),
        Published("order.confirmed", "주문이 확정되었다", "orderId"),
        Published("order.completed", "주문이 완료되었다 (구매 확정)", "orderId, memberId, by, completedAt, lines, amounts, couponSellerShare"),
        Published("order.shipping-address-selected", "배송지가 선택되었다", "orderId, postalCode"),
        Published("order.shipping-address-added", "배송지가 추가되었다", "memberId, addressId"),
        Published("order.delivery-note-registered", "배송 요청사항이 등록되었다", "orderId, deliveryNote"),
        Published("order.payment-requested", "결제가 요청되었다", "orderId, attempt, amount, method"),
        Published("order.payment-timed-out", "결제가 타임아웃되었다", "orderId, attempt"),
        Published("order.payment-cancelled", "결제가 취소되었다 (고객 취소)", "orderId, attempt"),
        Published("order.payment-completed", "주문 결제가 완료되었다", "orderId, attempt, amount, points"),
        Published("order.stock-reservation-requested", "재고 확보가 요청되었다", "orderId, lines"),
        Published("order.stock-reservation-expired", "재고 확보가 만료되었다 (타임아웃)", "orderId, expiredAt"),
        Published("order.stock-restoration-requested", "재고 복원이 요청되었다", "orderId, lines, reason"),
        Published("order.shipping-requested", "배송이 요청되었다", "orderId, shipmentId, warehouseId, lines"),
        Published("order.shipping-started", "주문 배송이 시작되었다", "orderId, shipmentId, waybill"),
        Published("order.delivered", "주문 배송이 완료되었다", "orderId, autoConfirmAt"),
        Published("order.cancellation-requested", "주문 취소가 요청되었다", "orderId, reason, by"),
        Published("order.cancelled", "주문이 취소되었다", "orderId, reason, refusal"),
        Published("order.refund-requested", "환불이 요청되었다", "orderId, refundId, amount, points, reason, returnRequired, lines"),
        Published("order.refund-approved", "환불이 승인되었다", "orderId, refundId, by"),
        Published("order.refund-rejected", "환불이 거부되었다", "orderId, refundId, by, note"),
        Published("order.refund-completed", "환불이 완료되었다", "orderId, refundId, amount, points, lines"),
        Published("order.partial-refund-requested", "부분 환불이 요청되었다", "orderId, refundId, amount, points, reason, returnRequired, lines"),
        Published("order.partial-refund-approved", "부분 환불이 승인되었다", "orderId, refundId, by"),
        Published("order.partial-refund-completed", "부분 환불이 완료되었다", "orderId, refundId, amount, points, remaining, status, lines"),
        Published("order.exchange-requested", "교환이 요청되었다", "orderId, exchangeId, reason, lines"),
        Published("order.exchange-completed", "교환이 완료되었다", "orderId, exchangeId"),
        Published("order.coupon-applied", "쿠폰이 적용되었다", "orderId, couponCode, discount"),
        Published("order.coupon-rejected", "쿠폰 적용이 실패했다", "couponCode, reason"),
        Published("order.discount-fixed", "할인 금액이 확정되었다", "orderId, items, couponDiscount, tierDiscount, shippingFee, payable"),
        Published("order.points-accrual-requested", "포인트 적립이 요청되었다", "orderId, memberId, points, reason"),
        Published("order.tier-benefit-applied", "등급 혜택이 적용되었다", "orderId, memberId, tier, discount"),
        Published("settlement.commission-calculated", "수수료 계산이 완료되었다", "day, sellerId, commission"),
        Published("settlement.seller-amount-fixed", "판매자 정산금이 확정되었다", "day, sellerId, sales, sellerDiscount, platformDiscount, refunds, commission, amount"),
        Published("settlement.statement-created", "정산 내역이 생성되었다", "statementId, sellerId, day, amount"),
        Published("settlement.daily-completed", "일별 정산이 완료되었다", "day, count, statements, sales, sellerDiscount, platformDiscount, refunds, commission, amount"),
        Published("settlement.payout-requested", "정산금 지급이 요청되었다", "payoutId, sellerId, amount, statementIds"),
        Published("settlement.payout-completed", "정산금 지급이 완료되었다", "payoutId, sellerId, amount, paidAt"),
        Published("settlement.failed", "정산 오류가 발생했다", "day, sellerId, payoutId, step, error, actions"),
        Published("reconciliation.completed", "결제 대사가 완료되었다", "day, run, payments, refunds, sums, differences"),
        Published("reconciliation.difference-found", "대사 차이가 발견되었다", "day, orderId, paymentId, attempt, refundId, kind, ours, theirs, oursStatus, theirsStatus, done"),
        Published("order.partially-cancelled", "주문의 일부가 취소되었다 (부분 취소)", "orderId, cancellationId, lines, amount, points, by, reason"),
        Published("order.refund-overdue", "환불 기한이 지났다", "orderId, refundId, dueAt, amount, points"),
        Published("order.written-off", "복원 불가 처리되었다", "orderId, points, couponCode, cause, by, note"),
        Published("order.needs-attention", "주문 처리가 멈췄다", "orderId, attentionId, process, step, error, actions"),
        Published("order.recovered", "주문 처리가 재개되었다", "orderId, attentionId, process, step, action, by, note"),
        Received("product.stock-reserved", "재고가 확보되었다", "orderId, reservationId, lines, expiresAt"),
        Received("product.stock-insufficient", "재고가 부족하다", "orderId, shortages"),
        Received("product.stock-restored", "재고가 복원되었다", "orderId, lines"),
        Received("product.info-changed", "상품 정보가 변경되었다", "productId, changes"),
        Received("product.sale-stopped", "상품 판매가 중지되었다", "productId, reason"),
        Received("payment.approved", "결제가 승인되었다", "orderId, paymentId, attempt, approvalNumber, amount, method, approvedAt"),
        Received("payment.declined", "결제가 거부되었다", "orderId, paymentId, attempt, code, reason"),
        Received("payment.timed-out", "결제가 타임아웃되었다 (결제팀)", "orderId, paymentId, attempt, reason"),
        Received("payment.cancelled", "결제가 취소되었다 (결제팀)", "orderId, paymentId, attempt, reason"),
        Received("payment.refund-completed", "환불이 완료되었다 (결제팀)", "orderId, paymentId, refundId, amount, remainingAmount, refundedAt"),
        Received("payment.partial-refund-completed", "부분 환불이 완료되었다 (결제팀)", "orderId, paymentId, refundId, amount, remainingAmount, refundedAt"),
        Received("logistics.dispatch-started", "출고가 시작되었다", "orderId, shipmentId, dispatchedAt, estimatedDelivery"),
        Received("logistics.dispatched", "출고가 완료되었다", "orderId, shipmentId, waybill, carrier"),
        Received("logistics.shipping-started", "배송이 시작되었다", "orderId, shipmentId, waybill, courier"),
        Received("logistics.status-updated", "배송 중 상태가 업데이트되었다", "orderId, shipmentId, status, location"),
        Received("logistics.schedule-changed", "배송 일정이 변경되었다", "orderId, shipmentId, newDate, reason"),
        Received("logistics.delivered", "배송이 완료되었다", "orderId, shipmentId, deliveredAt, receivedBy"),
        Received("logistics.delivery-failed", "배송이 실패했다", "orderId, shipmentId, reason, redeliveryAt"),
        Received("logistics.returned-to-sender", "배송이 반송되었다", "orderId, shipmentId"),
        Received("logistics.return-picked-up", "반품이 수거되었다", "orderId, pickupId, pickedUpAt, condition"),
        Received("member.points-used", "포인트가 사용되었다", "orderId, memberId, points, balance"),
        Received("member.points-use-failed", "포인트 사용이 실패했다", "orderId, memberId, reason"),
        Received("member.points-restored", "포인트가 복원되었다", "orderId, memberId, points"),
        Received("member.points-accrued", "포인트가 적립되었다", "orderId, memberId, points, balance"),
        Received("member.purchase-recorded", "구매 이력이 기록되었다", "orderId, memberId, amount"),
        Received("member.cumulative-amount-updated", "누적 구매 금액이 업데이트되었다", "memberId, monthAmount, totalAmount"),
        Received("member.mileage-accrued", "마일리지가 적립되었다", "memberId, mileage"),
        Received("member.tier-changed", "회원 등급이 변경되었다", "memberId, previousTier, tier"),
        Received("promotion.coupon-redeemed", "쿠폰이 사용되었다", "orderId, couponCode"),
        Received("promotion.coupon-redemption-failed", "쿠폰 사용이 실패했다", "orderId, couponCode, reason"),
        Received("promotion.coupon-restored", "쿠폰이 복원되었다", "orderId, couponCode, reason"),
        Received("finance.payout-completed", "지급이 완료되었다", "payoutId, sellerId, amount, paidAt"),
        Received("finance.payout-failed", "지급이 실패했다", "payoutId, sellerId, reason"),
    }.ToDictionary(description => description.Type, StringComparer.Ordinal);

    /// <summary>The whole catalogue: what we publish first, then what we receive by owner.</summary>
    public static IReadOnlyCollection<EventDescription> All => ByType.Values;

    /// <summary>The description of a type, or <c>null</c> if it is neither published nor received.</summary>
    public static EventDescription? Find(string type) => ByType.GetValueOrDefault(type);

    /// <summary>Whether a team may send us this type: its source must be the owner's (seed §6.3).</summary>
    public static bool Admits(string source, string type) =>
        Find(type) is { Direction: EventDirection.Received } && string.Equals(source, EventTypes.SourceOf(type), StringComparison.Ordinal);

    private static EventDescription Published(string type, string koreanName, string dataFields) => Describe(type, koreanName, dataFields, EventDirection.Published);

    private static EventDescription Received(string type, string koreanName, string dataFields) => Describe(type, koreanName, dataFields, EventDirection.Received);

    private static EventDescription Describe(string type, string koreanName, string dataFields, EventDirection direction) =>
        new(type, koreanName, EventTypes.SourceOf(type)["/teams/".Length..], direction, dataFields.Split(", "));
}
