namespace OrderOrchestration.Partners.Products;

/// <summary>
/// The units on the shelves and who holds them. Not thread-safe: <see cref="ProductTeam"/> guards it. A reservation whose time has run out
/// is released before anything else is looked at, so it lapses by the clock whether or not anybody asks.
/// </summary>
internal sealed class StockLedger(TimeProvider clock)
{
    private readonly Dictionary<string, List<Shelf>> shelves = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Reservation> reservations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Reservation>> byOrder = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Reservation, DateTimeOffset> expiring = new();

    public IEnumerable<Reservation> Reservations
    {
        get
        {
            ReleaseExpired();
            return reservations.Values;
        }
    }

    public IReadOnlyList<Shelf> ShelvesOf(string productId)
    {
        ReleaseExpired();
        return shelves.GetValueOrDefault(productId) ?? [];
    }

    public long FreeUnits(string productId) => ShelvesOf(productId).Sum(shelf => shelf.Free);

    public Reservation? Find(string reservationId)
    {
        ReleaseExpired();
        return reservations.GetValueOrDefault(reservationId);
    }

    public void Stock(string productId, string warehouseId, long units)
    {
        var shelf = ShelfFor(productId, warehouseId);
        shelf.Initial += units;
        shelf.Free += units;
    }

    public void SetFree(string productId, string warehouseId, long free)
    {
        ReleaseExpired();
        var shelf = ShelfFor(productId, warehouseId);
        shelf.Adjusted += free - shelf.Free;
        shelf.Free = free;
    }

    public Reservation Hold(string id, string orderId, IReadOnlyList<Line> lines, TimeSpan timeToLive)
    {
        var parts = WarehouseChoice.Choose(lines, ShelvesOf);
        foreach (var part in parts)
        {
            part.Shelf.Free -= part.Quantity;
        }

        var reservation = new Reservation(id, orderId, clock.GetUtcNow() + timeToLive, parts);
        reservations.Add(id, reservation);
        if (!byOrder.TryGetValue(orderId, out var ofOrder))
        {
            byOrder.Add(orderId, ofOrder = []);
        }

        ofOrder.Add(reservation);
        expiring.Enqueue(reservation, reservation.ExpiresAt);
        return reservation;
    }

    public IReadOnlyList<Reservation> OfOrder(string orderId)
    {
        ReleaseExpired();
        return byOrder.GetValueOrDefault(orderId) ?? [];
    }

    public static void Release(Reservation reservation, ReservationState why)
    {
        foreach (var part in reservation.Parts)
        {
            part.Shelf.Free += part.Quantity;
        }

        reservation.State = why;
    }

    /// <summary>Puts sold units back, at most as many as were sold and not put back before.</summary>
    /// <returns>How many went back.</returns>
    public static long Restore(IEnumerable<Reservation> ofOrder, Line line)
    {
        var restored = 0L;
        var sold = ofOrder.Where(r => r.State == ReservationState.Committed).SelectMany(r => r.Parts).Where(p => p.ProductId == line.ProductId);
        foreach (var part in sold)
        {
            var units = Math.Min(part.Quantity - part.Restored, line.Quantity - restored);
            part.Restored += units;
            part.Shelf.Free += units;
            restored += units;
        }

        return restored;
    }

    private Shelf ShelfFor(string productId, string warehouseId)
    {
        if (!shelves.TryGetValue(productId, out var ofProduct))
        {
            shelves.Add(productId, ofProduct = []);
        }

        var shelf = ofProduct.Find(s => s.WarehouseId == warehouseId);
        if (shelf is null)
        {
            ofProduct.Add(shelf = new Shelf(warehouseId));
            ofProduct.Sort((a, b) => string.CompareOrdinal(a.WarehouseId, b.WarehouseId));
        }

        return shelf;
    }

    private void ReleaseExpired()
    {
        var now = clock.GetUtcNow();
        while (expiring.TryPeek(out var reservation, out var expiresAt) && expiresAt <= now)
        {
            expiring.Dequeue();
            if (reservation.State == ReservationState.Held)
            {
                Release(reservation, ReservationState.Expired);
            }
        }
    }
}
