using OrderOrchestration.Partners.Members;
using OrderOrchestration.Partners.Payments;
using OrderOrchestration.Partners.Products;
using OrderOrchestration.Partners.Promotions;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners.Catalogue;

/// <summary>
/// The teams' initial data: products, members and coupons for demonstrations and tests. <c>docs/partners.md</c> has the same data as tables;
/// change both.
/// </summary>
internal static class SeedCatalogue
{
    private const string Fashion = "fashion";
    private const string Food = "food";
    private const string Electronics = "electronics";
    private const string Seoul = "wh-seoul";
    private const string Busan = "wh-busan";
    private const int LoadMembers = 100;

    public static void Fill(ProductTeam product)
    {
        void Add(string id, string name, long price, string seller, string category, long seoul, long busan, params Discount[] discounts) =>
            product.AddProduct(new Product(id, name, price, seller, category, PreOrder: false, OnSale: true, discounts), (Seoul, seoul), (Busan, busan));

        Add("p-100", "울 코트 안감 재킷", 60_000, "s-1", Fashion, 10_000, 5_000);
        Add("p-101", "면 티셔츠", 15_000, "s-1", Fashion, 10_000, 5_000);
        Add("p-102", "청바지", 40_000, "s-1", Fashion, 500, 500, Rate(DiscountScope.Product, 0.10m), Rate(DiscountScope.Category, 0.05m));
        Add("p-103", "면 셔츠", 50_000, "s-4", Fashion, 300, 0);
        Add("p-200", "제주 감귤 3kg", 12_000, "s-2", Food, 800, 200);
        Add("p-201", "한우 선물 세트", 150_000, "s-2", Food, 50, 20, Amount(DiscountScope.Product, 20_000), Rate(DiscountScope.Category, 0.10m));
        Add("p-202", "볶은 원두 500g", 10_000, "s-2", Food, 1_000, 1_000);
        Add("p-300", "노트북", 1_000_000, "s-3", Electronics, 100, 50);
        Add("p-301", "무선 이어폰", 100_000, "s-3", Electronics, 200, 100);
        Add("p-302", "모니터", 480_000, "s-3", Electronics, 40, 40);
        Add("p-600", "한정판 머그 (1개)", 30_000, "s-2", Food, 1, 0);
        Add("p-601", "두 창고에 나뉜 의자", 45_000, "s-1", Fashion, 3, 3);
        Add("p-602", "품절된 모자", 20_000, "s-1", Fashion, 0, 0);
        Add("p-603", "부산 창고 우산", 18_000, "s-1", Fashion, 0, 400);
        Add("p-700", "양말", 3_000, "s-1", Fashion, 1_000, 0);
        Add("p-900", "부하 시험 상품", 20_000, "s-1", Fashion, 1_000_000, 1_000_000);
        product.AddProduct(new Product("p-400", "예약 판매 게임기", 89_000, "s-3", Electronics, PreOrder: true, OnSale: true, []));
        product.AddProduct(new Product("p-500", "판매 중지 상품", 25_000, "s-1", Fashion, PreOrder: false, OnSale: false, []), (Seoul, 100));
    }

    public static void Fill(MemberTeam member, PaymentTeam payment, DateTimeOffset now)
    {
        var birthMonth = now.ToOffset(TimeSpan.FromHours(9)).Month;

        // Half a year away, so that an order that is confirmed automatically a week later is not in a birthday month by chance.
        var usualMonth = ((birthMonth + 5) % 12) + 1;
        var members = new List<MemberSeed>
        {
            new("m-1", "김주문", "GOLD", 50_000, new DateOnly(1990, usualMonth, 17), "010-1111-0001", TotalAmount: 1_500_000),
            new("m-2", "이브이", Member.Vip, 10_000, new DateOnly(1985, usualMonth, 3), "010-1111-0002", TotalAmount: 8_000_000),
            new("m-3", "박신규", "BASIC", 0, new DateOnly(2001, usualMonth, 28), "010-1111-0003"),
            new("m-4", "최생일", "BASIC", 5_000, new DateOnly(1995, birthMonth, 9), "010-1111-0004"),
            new("m-5", "정문턱", "GOLD", 1_000, new DateOnly(1979, usualMonth, 12), "010-1111-0005", MonthAmount: 450_000, TotalAmount: 450_000),
        };
        members.AddRange(Enumerable.Range(100, LoadMembers).Select(n => new MemberSeed(
            $"m-{n}", $"회원{n}", "BASIC", 100_000, new DateOnly(1990, usualMonth, 1), $"010-2222-0{n}")));
        foreach (var seed in members)
        {
            member.AddMember(seed);
            payment.SetVerification($"iv-{seed.MemberId}", seed.MemberId, verified: true);
        }

        payment.SetVerification("iv-unverified", "m-1", verified: false);
    }

    public static void Fill(PromotionTeam promotion, DateTimeOffset now)
    {
        var nextYear = now.AddDays(365);
        promotion.AddCoupon(new Coupon("WELCOME10", CouponKind.Amount, 10_000, nextYear, MinOrderAmount: 50_000));
        promotion.AddCoupon(new Coupon("RATE20", CouponKind.Rate, 0.20m, nextYear, SellerShare: 0.5m, MaxDiscount: 30_000, MinOrderAmount: 30_000));
        promotion.AddCoupon(new Coupon("HALF60", CouponKind.Rate, 0.60m, nextYear));
        promotion.AddCoupon(new Coupon("SELLER5", CouponKind.Amount, 5_000, nextYear, SellerShare: 1));
        promotion.AddCoupon(new Coupon("EXPIRED5", CouponKind.Amount, 5_000, now.AddDays(-1)));
        promotion.AddCoupon(new Coupon("FIRST1", CouponKind.Amount, 5_000, nextYear, UsesInTotal: 1));
        promotion.AddCoupon(new Coupon("EVERY3", CouponKind.Amount, 3_000, nextYear, UsesPerMember: null));
    }

    public static void Fill(ScenarioBook scenarios) =>
        scenarios.Add(new PayoutRule("s-4", "계좌 정보 오류"));

    private static Discount Rate(DiscountScope scope, decimal fraction) => new(scope, DiscountKind.Rate, fraction);

    private static Discount Amount(DiscountScope scope, long won) => new(scope, DiscountKind.Amount, won);
}
