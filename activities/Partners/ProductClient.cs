using System.Globalization;
using System.Net;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Placing;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The product team's API (상품팀, contract §2).</summary>
public sealed class ProductClient(HttpClient http)
{
    public const string Team = "Product";

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>A product; an unknown one is returned as not known.</summary>
    public async Task<ProductFact> GetAsync(string productId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"products/{Uri.EscapeDataString(productId)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK
            ? reply.Read<ProductFact>(product => product.ProductId == productId && IsSound(product))
            : new ProductFact(productId, productId, default, string.Empty, string.Empty, PreOrder: false, OnSale: false, Available: 0, [], Known: false);
    }

    /// <summary>Products like this one, best first.</summary>
    public async Task<IReadOnlyList<string>> GetSimilarAsync(string productId, int limit, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"products/{Uri.EscapeDataString(productId)}/similar?limit={limit}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK ? [.. reply.Read<List<SimilarProduct?>>(_ => true).Select(product => product?.ProductId).Where(AnswerText.IsId).Select(id => id!).Take(limit)] : [];
    }

    /// <summary>Reserves all lines or none.</summary>
    public async Task<StockReservationAnswer> ReserveAsync(
        string orderId, IReadOnlyList<LineQuantity> lines, int ttlSeconds, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, "stock-reservations", new { orderId, lines, ttlSeconds }, key, [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict], cancellationToken);
        if (reply.Status == HttpStatusCode.Conflict)
        {
            return new StockReservationAnswer(null, null, [], Shortages(reply), []);
        }

        // The order checks whether the reservation covers the request; a reservation with an id can be released.
        var reserved = reply.Read<ReservationReply>(reservation => AnswerText.IsId(reservation.ReservationId));
        return new StockReservationAnswer(
            reserved.ReservationId!,
            DateTimeOffset.TryParse(reserved.ExpiresAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiresAt) ? expiresAt : null,
            [
                .. (reserved.Lines ?? [])
                    .Where(line => line is not null && AnswerText.IsId(line.ProductId) && AnswerText.IsId(line.WarehouseId))
                    .Select(line => new ReservedLine(line!.ProductId!, line.ReservedQuantity ?? 0, line.WarehouseId!)),
            ],
            [],
            []);
    }

    /// <summary>Commits a reservation as a sale; <c>false</c>: the reservation has expired.</summary>
    public async Task<bool> CommitAsync(string reservationId, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post,
            $"stock-reservations/{Uri.EscapeDataString(reservationId)}/commit",
            new { },
            key,
            [HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Gone],
            cancellationToken);
        return reply.Status != HttpStatusCode.Gone;
    }

    /// <summary>Releases a reservation; one that no longer exists counts as released.</summary>
    public Task ReleaseAsync(string reservationId, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(
            HttpMethod.Delete,
            $"stock-reservations/{Uri.EscapeDataString(reservationId)}",
            body: null,
            key,
            [HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Gone],
            cancellationToken);

    /// <summary>Puts sold units back, all of them.</summary>
    public async Task RestoreAsync(string orderId, IReadOnlyList<LineQuantity> lines, string reason, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, "stock-restorations", new { orderId, lines, reason }, key, [HttpStatusCode.OK, HttpStatusCode.Created], cancellationToken);
        reply.Confirm<RestorationReply>(restoration => restoration.Restored is { } restored && AreTheSame(restored, lines));
    }

    private static bool AreTheSame(IReadOnlyList<LineQuantity?> restored, IReadOnlyList<LineQuantity> lines) =>
        restored.All(line => line?.ProductId is not null) && UnitsOf(restored.Select(line => line!)).SequenceEqual(UnitsOf(lines));

    private static IEnumerable<(string ProductId, long Units)> UnitsOf(IEnumerable<LineQuantity> lines) => lines
        .GroupBy(line => line.ProductId, StringComparer.Ordinal)
        .Select(line => (line.Key, line.Sum(part => (long)part.Quantity)))
        .OrderBy(line => line.Key, StringComparer.Ordinal);

    /// <summary>The highest accepted price of a product, won: multiplied by ten thousand units it must not overflow.</summary>
    private const long HighestPrice = 1_000_000_000_000;

    private static bool IsSound(ProductFact product) => product is { Name: not null, CategoryId: not null } && AnswerText.IsId(product.SellerId)
        && product.Price.Amount is >= 0 and <= HighestPrice
        && (product.Discounts ?? []).All(discount => discount.Kind == DiscountKind.Rate ? discount.Value is >= 0 and <= 1 : discount.Value is >= 0 and <= HighestPrice);

    private static List<StockShortage> Shortages(PartnerReply reply) =>
        [.. (reply.Read<ShortageReply>(_ => true).Shortages ?? []).Where(shortage => shortage is not null && AnswerText.IsId(shortage.ProductId)).Select(shortage => shortage!)];

    private sealed record SimilarProduct(string? ProductId);

    private sealed record RestorationReply(IReadOnlyList<LineQuantity?>? Restored);

    private sealed record ShortageReply(IReadOnlyList<StockShortage?>? Shortages);

    private sealed record ReservationReply(string? ReservationId, string? ExpiresAt, IReadOnlyList<ReservationLineReply?>? Lines);

    private sealed record ReservationLineReply(string? ProductId, int? ReservedQuantity, string? WarehouseId);
}
