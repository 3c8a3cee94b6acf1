namespace OrderOrchestration.Activities.Partners;

/// <summary>The calls of contract §2 as labels: method and route, without the ids.</summary>
internal static class PartnerOperations
{
    private static readonly string[][] Routes =
    [
        .. new[]
        {
            "products/{id}", "products/{id}/similar", "stock-reservations", "stock-reservations/{id}", "stock-reservations/{id}/commit",
            "stock-restorations",
            "payments", "payments/{id}", "payments/{id}/cancel", "payments/{id}/refunds", "identity-verifications/{id}",
            "serviceability", "shipments", "shipments/{id}/cancel", "shipments/{id}/address", "shipments/{id}/return", "return-pickups",
            "members/{id}", "members/{id}/point-uses", "members/{id}/point-restorations", "members/{id}/point-accruals",
            "members/{id}/point-clawbacks", "members/{id}/purchases",
            "coupons/{code}/validity", "coupons/{code}/redemptions", "coupons/{code}/restorations",
            "payouts", "tax-invoices", "notifications",
        }.Select(route => route.Split('/')),
    ];

    /// <param name="path">Below the team's base address. A path that is not a call of the contract is <c>other</c>.</param>
    public static string Name(HttpMethod method, string path)
    {
        var segments = path.Trim('/').Split('/');
        var route = Array.Find(Routes, known => Matches(known, segments));
        return route is null ? $"{method} other" : $"{method} /{string.Join('/', route)}";
    }

    private static bool Matches(string[] route, string[] segments) =>
        route.Length == segments.Length && route.Zip(segments).All(pair => pair.First[0] == '{' || pair.First == pair.Second);
}
