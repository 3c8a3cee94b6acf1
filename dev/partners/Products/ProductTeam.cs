using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Products;

/// <summary>
/// The product team: catalogue and stock. A reservation is atomic and covers all lines or none, so that N concurrent orders for k units reserve exactly k
/// units (hotspot #7). Restored units never exceed sold units.
/// </summary>
public sealed class ProductTeam
{
    private const long LongestHoldSeconds = 30 * 24 * 60 * 60;
    private readonly Dictionary<string, Product> products = new(StringComparer.Ordinal);
    private readonly StockLedger stock;
    private readonly TeamsState state;
    private readonly WebhookOutbox outbox;
    private readonly Ids ids;

    internal ProductTeam(PartnersOptions options, TeamsState state, WebhookOutbox outbox, Ids ids)
    {
        this.state = state;
        this.outbox = outbox;
        this.ids = ids;
        stock = new StockLedger(options.TimeProvider, state);
        foreach (var product in state.Load<Product>(Kinds.Product))
        {
            products.Add(product.ProductId, product);
        }
    }

    /// <summary>Adds or replaces a product of the catalogue, without an event.</summary>
    public void AddProduct(Product product, params (string WarehouseId, long Units)[] units)
    {
        using (state.Enter())
        {
            Put(product);
            foreach (var (warehouseId, quantity) in units)
            {
                stock.Stock(product.ProductId, warehouseId, quantity);
            }
        }
    }

    /// <summary>Sets the free units of one warehouse; the difference is an adjustment in the books.</summary>
    public void SetStock(string productId, string warehouseId, long free)
    {
        Require.Text(warehouseId, "warehouseId");
        Require.Between(0, free, "stock");
        using (state.Enter())
        {
            Find(productId);
            stock.SetFree(productId, warehouseId, free);
        }
    }

    /// <summary>Changes name or price and publishes <c>product.info-changed</c>.</summary>
    public void ChangeInfo(string productId, string? name = null, long? price = null)
    {
        using (state.Enter())
        {
            var known = Find(productId);
            Put(known with { Name = name ?? known.Name, Price = price ?? known.Price });
            outbox.Publish(Team.Product, "product.info-changed", productId, new { productId, changes = new { name, price } });
        }
    }

    /// <summary>Takes a product off sale and publishes <c>product.sale-stopped</c>.</summary>
    public void StopSale(string productId, string reason)
    {
        using (state.Enter())
        {
            Put(Find(productId) with { OnSale = false });
            outbox.Publish(Team.Product, "product.sale-stopped", productId, new { productId, reason });
        }
    }

    /// <summary>Puts a product back on sale.</summary>
    public void ResumeSale(string productId)
    {
        using (state.Enter())
        {
            Put(Find(productId) with { OnSale = true });
        }
    }

    /// <summary><c>GET /products/{id}</c>.</summary>
    public ProductInfo Get(string productId)
    {
        using (state.Enter())
        {
            return InfoOf(Find(productId));
        }
    }

    /// <summary>The whole catalogue.</summary>
    public IReadOnlyList<ProductInfo> All()
    {
        using (state.Enter())
        {
            return [.. products.Values.Select(InfoOf)];
        }
    }

    /// <summary><c>GET /products/{id}/similar</c>: orderable products of the same category, nearest price first.</summary>
    public IReadOnlyList<SimilarProduct> Similar(string productId, int limit)
    {
        using (state.Enter())
        {
            var product = Find(productId);
            return [.. products.Values
                .Where(p => p.CategoryId == product.CategoryId && p.ProductId != productId && p.OnSale)
                .Where(p => p.PreOrder || stock.FreeUnits(p.ProductId) > 0)
                .OrderBy(p => Math.Abs(p.Price - product.Price)).ThenBy(p => p.ProductId, StringComparer.Ordinal)
                .Take(limit)
                .Select(p => new SimilarProduct(p.ProductId))];
        }
    }

    internal ReservationInfo Reserve(ReservationRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Lines(request.Lines);
        Require.Between(1, request.TtlSeconds, LongestHoldSeconds, "ttlSeconds");
        var lines = request.Lines.GroupBy(l => l.ProductId, l => l.Quantity, StringComparer.Ordinal)
            .Select(g => new Line(g.Key, g.Sum())).ToList();
        using (state.Enter())
        {
            RefuseShortages(lines);
            return stock.Hold(ids.Next("rsv"), request.OrderId, lines, TimeSpan.FromSeconds(request.TtlSeconds)).Info;
        }
    }

    internal ReservationInfo Commit(string reservationId)
    {
        using (state.Enter())
        {
            var reservation = Held(reservationId, ReservationState.Committed);
            stock.Commit(reservation);
            return reservation.Info;
        }
    }

    internal ReservationInfo Release(string reservationId)
    {
        using (state.Enter())
        {
            var reservation = Held(reservationId, ReservationState.Released);
            if (reservation.State == ReservationState.Held)
            {
                stock.Release(reservation, ReservationState.Released);
            }

            return reservation.Info;
        }
    }

    internal RestorationInfo Restore(RestorationRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Lines(request.Lines);
        using (state.Enter())
        {
            var ofOrder = stock.OfOrder(request.OrderId);
            if (ofOrder.Count == 0)
            {
                throw RefusalException.NotFound("reservation of order", request.OrderId);
            }

            return new RestorationInfo([.. request.Lines.Select(line => line with { Quantity = stock.Restore(ofOrder, line) })]);
        }
    }

    /// <summary>Reads products, shelves and reservations in one state transaction.</summary>
    internal T Read<T>(Func<IReadOnlyCollection<Product>, StockLedger, T> reader)
    {
        using (state.Enter())
        {
            return reader(products.Values, stock);
        }
    }

    private void Put(Product product)
    {
        products[product.ProductId] = product;
        state.Keep(Kinds.Product, product.ProductId, product);
    }

    private Product Find(string productId) => products.GetValueOrDefault(productId) ?? throw RefusalException.NotFound("product", productId);

    private ProductInfo InfoOf(Product p) => new(
        p.ProductId, p.Name, p.Price, p.SellerId, p.CategoryId, p.PreOrder, p.OnSale, stock.FreeUnits(p.ProductId), p.Discounts);

    private void RefuseShortages(IReadOnlyList<Line> lines)
    {
        var shortages = new List<Shortage>();
        foreach (var line in lines)
        {
            var product = Find(line.ProductId);
            if (product.PreOrder)
            {
                throw RefusalException.Unprocessable("pre-order", $"{product.ProductId} is a pre-order product: there is no stock to reserve");
            }

            var available = product.OnSale ? stock.FreeUnits(line.ProductId) : 0;
            if (available < line.Quantity)
            {
                shortages.Add(new Shortage(line.ProductId, available, line.Quantity));
            }
        }

        if (shortages.Count > 0)
        {
            throw new RefusalException(
                StatusCodes.Status409Conflict, "stock-shortage", "not enough stock; nothing was reserved", ("shortages", shortages));
        }
    }

    /// <summary>The reservation, if it is active or already in the requested state, so that a repeated call succeeds.</summary>
    private Reservation Held(string reservationId, ReservationState target)
    {
        var reservation = stock.Find(reservationId) ?? throw RefusalException.NotFound("reservation", reservationId);
        return reservation.State switch
        {
            ReservationState.Expired => throw RefusalException.Gone("reservation-expired", $"the reservation ended at {reservation.ExpiresAt:O}"),
            ReservationState.Held => reservation,
            var state when state == target => reservation,
            ReservationState.Committed => throw RefusalException.Conflict("already-committed", "the units are sold: restore them instead"),
            _ => throw RefusalException.Conflict("already-released", "the units were given back"),
        };
    }
}
