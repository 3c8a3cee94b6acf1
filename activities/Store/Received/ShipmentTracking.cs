using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Received;

/// <summary>Couriers' reports in the order database.</summary>
internal sealed class ShipmentTracking(OrderDatabase database, IPersonalData personal) : IShipmentTracking
{
    private const string Location = "location";

    /// <summary>Adds a report to the tracking of a parcel, once.</summary>
    /// <param name="report">With its personal values encrypted.</param>
    public static void Add(StoreBatch batch, string orderId, string shipmentId, PartnerEvent report)
    {
        var data = new EventData(report.Data);
        batch.Add(
            """
            INSERT INTO shipment_scans (order_id, shipment_id, source, event_id, occurred_at, status, location, new_date)
            VALUES (@orderId, @shipmentId, @Source, @Id, @at, @status, @location, @newDate) ON CONFLICT (order_id, source, event_id) DO NOTHING
            """,
            new
            {
                orderId,
                shipmentId,
                report.Source,
                report.Id,
                at = StoreTime.ToStore(report.Time),
                status = data.Text("status"),
                location = data.Text(Location),
                newDate = data.Time("newDate") is { } date ? StoreTime.ToStore(date) : (long?)null,
            });
    }

    public async Task AppendAsync(
        string orderId, string? shipmentId, PartnerEvent received, string? ignoredBecause, CancellationToken cancellationToken)
    {
        var shown = ignoredBecause is null ? OrderTimeline.Published(orderId, received) : OrderTimeline.Ignored(orderId, received, ignoredBecause);
        var events = await personal.ProtectAsync([shown], DataOwner.CustomerOf(orderId), cancellationToken);
        await database.WriteAsync(
            async (transaction, token) =>
            {
                var batch = new StoreBatch(new StoreWrite(transaction, token));
                batch.Add(database.Dialect.LockOrder, new { orderId });
                if (ignoredBecause is null && shipmentId is not null)
                {
                    Add(batch, orderId, shipmentId, received with { Data = events[0].Data });
                }

                EventRows.Add(batch, database.Dialect, events);
                await batch.ExecuteAsync();
                return 0;
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<ShipmentScan>> ScansAsync(string orderId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<IReadOnlyList<Row>>(
            async (connection, token) =>
            {
                const string sql =
                    """
                    SELECT shipment_id AS ShipmentId, occurred_at AS OccurredAt, status AS Status, location AS Location, new_date AS NewDate
                    FROM shipment_scans WHERE order_id = @orderId ORDER BY occurred_at, position
                    """;
                return (await connection.QueryAsync<Row>(new CommandDefinition(sql, new { orderId }, cancellationToken: token))).AsList();
            },
            cancellationToken);
        var locations = await personal.UnprotectTextsAsync(Location, [.. rows.Select(row => row.Location)], cancellationToken);
        return [.. rows.Zip(locations, (row, location) => (row with { Location = location }).ToScan())];
    }

    public async Task<DateTimeOffset?> LastScanAsync(string orderId, string shipmentId, CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync(
            (connection, token) => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                "SELECT MAX(occurred_at) FROM shipment_scans WHERE order_id = @orderId AND shipment_id = @shipmentId",
                new { orderId, shipmentId },
                cancellationToken: token)),
            cancellationToken);
        return last is { } at ? StoreTime.FromStore(at) : null;
    }

    private sealed record Row
    {
        public string ShipmentId { get; init; } = string.Empty;

        public long OccurredAt { get; init; }

        public string? Status { get; init; }

        public string? Location { get; init; }

        public long? NewDate { get; init; }

        public ShipmentScan ToScan() => new(
            ShipmentId, StoreTime.FromStore(OccurredAt), Status, Location, NewDate is { } date ? StoreTime.FromStore(date) : null);
    }
}
