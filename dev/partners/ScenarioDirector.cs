using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Scenarios;

namespace OrderOrchestration.Partners;

/// <summary>Applies <c>PUT /scenario</c> atomically: if any part is invalid, nothing is changed.</summary>
internal static class ScenarioDirector
{
    private const string StoppedByHand = "판매 중지";

    /// <exception cref="RefusalException">A part is invalid (400) or refers to an unknown entity (404); nothing was changed.</exception>
    public static void Apply(PartnersServer server, ScenarioChange change) => server.RunExclusive(() =>
    {
        Check(server, change);
        foreach (var stock in change.Stock ?? [])
        {
            server.Product.SetStock(stock.ProductId, stock.WarehouseId, stock.Free);
        }

        foreach (var product in change.Products ?? [])
        {
            Apply(server, product);
        }

        foreach (var member in change.Members ?? [])
        {
            Apply(server, member);
        }

        foreach (var verification in change.Verifications ?? [])
        {
            server.Payment.SetVerification(verification.VerificationId, verification.MemberId, verification.Verified);
        }

        server.Scenarios.Add(change);
    });

    private static void Check(PartnersServer server, ScenarioChange change)
    {
        CheckChanges(server, change);
        CheckAll(change.Payments, ScenarioBook.Check);
        CheckAll(change.Refunds, ScenarioBook.Check);
        CheckAll(change.Shipments, ScenarioBook.Check);
        CheckAll(change.Pickups, ScenarioBook.Check);
        CheckAll(change.Payouts, ScenarioBook.Check);
    }

    private static void CheckAll<T>(IReadOnlyList<T>? rules, Action<T> check)
    {
        foreach (var rule in rules ?? [])
        {
            check(rule);
        }
    }

    private static void CheckChanges(PartnersServer server, ScenarioChange change)
    {
        foreach (var stock in change.Stock ?? [])
        {
            server.Product.Get(stock.ProductId);
            Require.Text(stock.WarehouseId, "warehouseId");
            Require.Between(0, stock.Free, "stock");
        }

        foreach (var product in change.Products ?? [])
        {
            server.Product.Get(product.ProductId);
            Require.Positive(product.Price ?? 1, "price");
        }

        foreach (var member in change.Members ?? [])
        {
            server.Member.RequireKnown(member.MemberId);
            Require.Between(0, member.PointBalance ?? 0, "pointBalance");
            Require.Text(member.Tier ?? "as it is", "tier");
        }
    }

    private static void Apply(PartnersServer server, ProductChange change)
    {
        if (change.Name is not null || change.Price is not null)
        {
            server.Product.ChangeInfo(change.ProductId, change.Name, change.Price);
        }

        switch (change.OnSale)
        {
            case false:
                server.Product.StopSale(change.ProductId, change.Reason ?? StoppedByHand);
                break;
            case true:
                server.Product.ResumeSale(change.ProductId);
                break;
            default:
                break;
        }
    }

    private static void Apply(PartnersServer server, MemberChange change)
    {
        if (change.PointBalance is { } balance)
        {
            server.Member.SetPoints(change.MemberId, balance);
        }

        if (change.Tier is { } tier)
        {
            server.Member.SetTier(change.MemberId, tier);
        }

        if (change.Deleted is { } isDeleted)
        {
            server.Member.SetDeleted(change.MemberId, isDeleted);
        }
    }
}
