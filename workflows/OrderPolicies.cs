using System.ComponentModel.DataAnnotations;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows;

/// <summary>
/// The policies (정책) of domain §3: configuration section <c>OrderPolicies</c>, environment <c>OrderPolicies__NAME</c>.
/// An order carries the values it was placed under in its workflow input.
/// </summary>
public sealed record OrderPolicies
{
    public const string Section = "OrderPolicies";

    /// <summary>최소 주문 금액: product amount before discounts, won.</summary>
    public Won MinimumOrderAmount { get; init; } = new(10_000);

    /// <summary>장바구니 상품 최대 30개: distinct products.</summary>
    [Range(1, int.MaxValue)]
    public int MaxCartItems { get; init; } = 30;

    /// <summary>Maximum age of the availability that a cart shows (hotspot 1).</summary>
    public TimeSpan CartStockCacheTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>결제 타임아웃 5분, per attempt.</summary>
    public TimeSpan PaymentTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>결제 실패 시 3회 재시도: attempts after the first.</summary>
    [Range(0, int.MaxValue)]
    public int PaymentRetries { get; init; } = 3;

    /// <summary>100만원 이상 결제 시 본인인증 필수, won.</summary>
    public Won IdentityVerificationThreshold { get; init; } = new(1_000_000);

    /// <summary>재고 확보 유효 시간 30분.</summary>
    public TimeSpan ReservationTtl { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long before the reservation expires the customer is notified (hotspot 10).</summary>
    public TimeSpan ReservationExpiryNotice { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>재고 부족 시 유사 상품 추천: number of recommendations.</summary>
    [Range(0, int.MaxValue)]
    public int SimilarProductCount { get; init; } = 3;

    /// <summary>Return fee deducted from a <c>change-of-mind</c> refund, once per return, won.</summary>
    public Won ReturnFee { get; init; } = new(3_000);

    /// <summary>배송 3회 실패 시 자동 반송.</summary>
    [Range(1, int.MaxValue)]
    public int MaxDeliveryAttempts { get; init; } = 3;

    /// <summary>배송 완료 7일 후 자동 구매 확정.</summary>
    public TimeSpan AutoConfirmAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>배송 후 7일 이내 반품 가능.</summary>
    public TimeSpan ReturnWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The return window for the seller's fault (<c>defective</c>, <c>wrong-item</c>): three months from supply (전자상거래법 §17(3)).</summary>
    public TimeSpan SellersFaultWindow { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Business days within which a refund must be complete (§18(2)).</summary>
    [Range(1, 365)]
    public int RefundDueDays { get; init; } = 3;

    /// <summary>Public holidays (Seoul dates): not business days, like Saturdays and Sundays.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    /// <summary>How long a requested pickup may take before an operator is notified.</summary>
    public TimeSpan PickupPatience { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long a parcel may have no event before an operator is notified.</summary>
    public TimeSpan ParcelPatience { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a refund that the payment team accepted may take to complete before an operator is notified.</summary>
    public TimeSpan RefundPatience { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Maximum number of open unpaid orders per member, or per guest's phone number.</summary>
    [Range(1, int.MaxValue)]
    public int MaxUnpaidOrders { get; init; } = 5;

    /// <summary>10만원 이상 환불은 관리자 승인 필요: card + points of all refunds of the order that are not rejected, won.</summary>
    public Won RefundApprovalThreshold { get; init; } = new(100_000);

    /// <summary>VIP 회원 5% 추가 할인, on the amount after the coupon.</summary>
    [Range(0.0, 1.0)]
    public decimal VipDiscountRate { get; init; } = 0.05m;

    /// <summary>10만원 이상 무료배송: product amount after discounts, before points, won.</summary>
    public Won FreeShippingThreshold { get; init; } = new(100_000);

    /// <summary>배송비, won.</summary>
    public Won ShippingFee { get; init; } = new(3_000);

    /// <summary>도서산간 surcharge, charged even where shipping is free, won.</summary>
    public Won RemoteAreaSurcharge { get; init; } = new(3_000);

    /// <summary>최대 할인 금액 제한: coupon and tier together, as a fraction of the product amount.</summary>
    [Range(0.0, 1.0)]
    public decimal MaxDiscountRate { get; init; } = 0.50m;

    /// <summary>구매 확정 시 1% 적립, of what was paid by card.</summary>
    [Range(0.0, 1.0)]
    public decimal PointAccrualRate { get; init; } = 0.01m;

    /// <summary>생일 월 2배.</summary>
    [Range(1, int.MaxValue)]
    public int BirthdayMonthMultiplier { get; init; } = 2;

    /// <summary>수수료율 카테고리별 차등 적용: the platform's share of a line (seed §5.7).</summary>
    public CommissionRates CommissionRates { get; init; } = [];

    /// <summary>야간 배치 매일 02:00: when yesterday is settled, Asia/Seoul.</summary>
    public TimeOnly SettlementTime { get; init; } = new(2, 0);

    /// <summary>주간 배치 매주 화요일: when open statements are paid, Asia/Seoul.</summary>
    public WeeklyTime PayoutTime { get; init; } = new(DayOfWeek.Tuesday, new TimeOnly(10, 0));

    /// <summary>결제 대사: when yesterday's payments are compared with the payment team's records, Asia/Seoul.</summary>
    public TimeOnly ReconciliationTime { get; init; } = new(4, 0);

    /// <summary>When customer data past its retention period is erased, every night, Asia/Seoul.</summary>
    public TimeOnly RetentionTime { get; init; } = new(3, 0);

    /// <summary>
    /// How long a customer's personal data is retained after its last order ended: the statutory five years for records of trade (전자상거래법 §6).
    /// </summary>
    public TimeSpan PersonalDataRetention { get; init; } = TimeSpan.FromDays(1826);

    /// <summary>How long a step retries a call that another team does not answer before it requires manual intervention.</summary>
    public TimeSpan StepPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Validation errors (domain §3): durations must be above zero, amounts zero or more, rates 0 to 1. Empty: the policies are valid.</summary>
    public IReadOnlyList<string> Faults()
    {
        var ranges = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), ranges, validateAllProperties: true);
        var outOfRange = typeof(OrderPolicies).GetProperties()
            .Where(property => property.GetMethod is { IsStatic: false })
            .Select(property => property.GetValue(this) switch
            {
                TimeSpan duration when duration <= TimeSpan.Zero => $"{property.Name} is a duration above zero, not {duration}.",
                Won amount when amount < Won.Zero => $"{property.Name} is zero won or more, not {amount}.",
                _ => null,
            });
        return [.. ranges.Select(error => error.ErrorMessage!), .. outOfRange.OfType<string>(), .. CommissionRates.Faults()];
    }
}
