using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Products;

/// <summary>
/// The units in the warehouses and their reservations. Not thread-safe: <see cref="ProductTeam"/> calls it inside a state transaction. Expired reservations
/// are released before every read, so that expiry depends only on the clock.
/// </summary>
internal sealed class StockLedger
{
    private readonly Dictionary<string, List<Shelf>> shelves = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Reservation> reservations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Reservation>> byOrder = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Reservation, DateTimeOffset> expiring = new();
    private readonly TimeProvider clock;
    private readonly TeamsState state;

    public StockLedger(TimeProvider clock, TeamsState state)
    {
        this.clock = clock;
        this.state = state;
        foreach (var shelf in state.Load<Shelf>(Kinds.Shelf))
        {
            Add(shelf);
        }

        foreach (var reservation in state.Load<Reservation>(Kinds.Reservation))
        {
            Add(reservation);
        }
    }

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
        Keep(shelf);
    }

    public void SetFree(string productId, string warehouseId, long free)
    {
        ReleaseExpired();
        var shelf = ShelfFor(productId, warehouseId);
        shelf.Adjusted += free - shelf.Free;
        shelf.Free = free;
        Keep(shelf);
    }

    public Reservation Hold(string id, string orderId, IReadOnlyList<Line> lines, TimeSpan timeToLive)
    {
        var parts = WarehouseChoice.Choose(lines, ShelvesOf);
        foreach (var part in parts)
        {
            Move(part, -part.Quantity);
        }

        var reservation = new Reservation(id, orderId, clock.GetUtcNow() + timeToLive, parts);
        Add(reservation);
        Keep(reservation);
        return reservation;
    }

    public IReadOnlyList<Reservation> OfOrder(string orderId)
    {
        ReleaseExpired();
        return byOrder.GetValueOrDefault(orderId) ?? [];
    }

    public void Commit(Reservation reservation)
    {
        reservation.State = ReservationState.Committed;
        Keep(reservation);
    }

    public void Release(Reservation reservation, ReservationState why)
    {
        foreach (var part in reservation.Parts)
        {
            Move(part, part.Quantity);
        }

        reservation.State = why;
        Keep(reservation);
    }

    /// <summary>Puts sold units back into stock, at most as many as were sold and not restored before.</summary>
    /// <returns>The number of restored units.</returns>
    public long Restore(IEnumerable<Reservation> ofOrder, Line line)
    {
        var restored = 0L;
        foreach (var reservation in ofOrder.Where(r => r.State == ReservationState.Committed))
        {
            foreach (var part in reservation.Parts.Where(p => p.ProductId == line.ProductId))
            {
                var units = Math.Min(part.Quantity - part.Restored, line.Quantity - restored);
                part.Restored += units;
                Move(part, units);
                restored += units;
            }

            Keep(reservation);
        }

        return restored;
    }

    private void Add(Shelf shelf)
    {
        if (!shelves.TryGetValue(shelf.ProductId, out var ofProduct))
        {
            shelves.Add(shelf.ProductId, ofProduct = []);
        }

        ofProduct.Add(shelf);
        ofProduct.Sort((a, b) => string.CompareOrdinal(a.WarehouseId, b.WarehouseId));
    }

    private void Add(Reservation reservation)
    {
        reservations.Add(reservation.Id, reservation);
        if (!byOrder.TryGetValue(reservation.OrderId, out var ofOrder))
        {
            byOrder.Add(reservation.OrderId, ofOrder = []);
        }

        ofOrder.Add(reservation);
        if (reservation.State == ReservationState.Held)
        {
            expiring.Enqueue(reservation, reservation.ExpiresAt);
        }
    }

    private void Move(ReservationPart part, long units)
    {
        var shelf = ShelfFor(part.ProductId, part.WarehouseId);
        shelf.Free += units;
        Keep(shelf);
    }

    private void Keep(Shelf shelf) => state.Keep(Kinds.Shelf, shelf.Key, shelf);

    private void Keep(Reservation reservation) => state.Keep(Kinds.Reservation, reservation.Id, reservation);

    private Shelf ShelfFor(string productId, string warehouseId)
    {
        var shelf = shelves.GetValueOrDefault(productId)?.Find(s => s.WarehouseId == warehouseId);
        if (shelf is null)
        {
            Add(shelf = new Shelf(productId, warehouseId));
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
