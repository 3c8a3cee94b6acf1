using System.Net;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The product team's API (상품팀, contract §2).</summary>
public sealed class ProductClient(HttpClient http)
{
    public const string Team = "Product";

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>A product; an unknown one comes back as not known.</summary>
    public async Task<ProductFact> GetAsync(string productId, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"products/{Uri.EscapeDataString(productId)}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK
            ? reply.Read<ProductFact>()
            : new ProductFact(productId, productId, default, string.Empty, string.Empty, PreOrder: false, OnSale: false, Available: 0, [], Known: false);
    }

    /// <summary>Products like this one, best first.</summary>
    public async Task<IReadOnlyList<string>> GetSimilarAsync(string productId, int limit, CancellationToken cancellationToken)
    {
        var reply = await team.GetAsync($"products/{Uri.EscapeDataString(productId)}/similar?limit={limit}", [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK ? [.. reply.Read<List<SimilarProduct>>().Select(product => product.ProductId)] : [];
    }

    /// <summary>Reserves all lines or none.</summary>
    public async Task<StockReservationAnswer> ReserveAsync(
        string orderId, IReadOnlyList<LineQuantity> lines, int ttlSeconds, string key, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post, "stock-reservations", new { orderId, lines, ttlSeconds }, key, [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict], cancellationToken);
        if (reply.Status == HttpStatusCode.Conflict)
        {
            return new StockReservationAnswer(null, null, [], reply.Read<ShortageReply>().Shortages, []);
        }

        var reserved = reply.Read<ReservationReply>();
        return new StockReservationAnswer(
            reserved.ReservationId,
            reserved.ExpiresAt,
            [.. reserved.Lines.Select(line => new ReservedLine(line.ProductId, line.ReservedQuantity, line.WarehouseId))],
            [],
            []);
    }

    /// <summary>Sells what is reserved; <c>false</c>: the reservation has expired.</summary>
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

    /// <summary>Releases a reservation; one that is gone already is fine.</summary>
    public Task ReleaseAsync(string reservationId, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(
            HttpMethod.Delete,
            $"stock-reservations/{Uri.EscapeDataString(reservationId)}",
            body: null,
            key,
            [HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Gone],
            cancellationToken);

    /// <summary>Puts sold units back.</summary>
    public Task RestoreAsync(string orderId, IReadOnlyList<LineQuantity> lines, string reason, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(
            HttpMethod.Post, "stock-restorations", new { orderId, lines, reason }, key, [HttpStatusCode.OK, HttpStatusCode.Created], cancellationToken);

    private sealed record SimilarProduct(string ProductId);

    private sealed record ShortageReply(IReadOnlyList<StockShortage> Shortages);

    private sealed record ReservationReply(string ReservationId, DateTimeOffset ExpiresAt, IReadOnlyList<ReservationLineReply> Lines);

    private sealed record ReservationLineReply(string ProductId, int ReservedQuantity, string WarehouseId);
}
