using System.Text.Json;
using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Received;

/// <summary>Received events in the order database.</summary>
internal sealed class ReceivedEvents(OrderDatabase database, IPersonalData personal, TimeProvider time) : IReceivedEvents
{
    // Each order with a timeline entry is locked until the transaction ends, and PostgreSQL has room for some thousands of locks.
    private const int EventsOfATransaction = 250;

    public async Task<IReadOnlySet<string>> KnownAsync(string source, IReadOnlyList<string> eventIds, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            async (connection, token) =>
            {
                var known = new HashSet<string>(StringComparer.Ordinal);
                foreach (var ids in eventIds.Chunk(StoreDialect.MostInAList))
                {
                    var sql = $"SELECT event_id FROM received_events WHERE source = @source AND {database.Dialect.OneOf("event_id", "@ids")}";
                    known.UnionWith(await connection.QueryAsync<string>(new CommandDefinition(sql, new { source, ids }, cancellationToken: token)));
                }

                return known;
            },
            cancellationToken);

    public async Task ReceiveAsync(string source, IReadOnlyList<ReceivedEvent> events, CancellationToken cancellationToken)
    {
        foreach (var clear in events.Chunk(EventsOfATransaction))
        {
            var page = await ProtectAsync(clear, cancellationToken);
            await database.WriteAsync((transaction, token) => ReceiveAsync(new StoreWrite(transaction, token), source, page), cancellationToken);
        }
    }

    public async Task<IReadOnlyList<PartnerEvent>> UnappliedAsync(string orderId, CancellationToken cancellationToken)
    {
        var documents = await database.ReadAsync(
            async (connection, token) =>
            {
                const string sql =
                    """
                    SELECT event FROM handed_events AS handed
                    WHERE order_id = @orderId AND NOT EXISTS (
                        SELECT 1 FROM events AS told
                        WHERE told.order_id = handed.order_id AND told.source = handed.source AND told.event_id = handed.event_id)
                    ORDER BY handed_at
                    """;
                return (await connection.QueryAsync<string>(new CommandDefinition(sql, new { orderId }, cancellationToken: token))).AsList();
            },
            cancellationToken);
        var unapplied = documents.ConvertAll(json => JsonSerializer.Deserialize<PartnerEvent>(json, OrderJson.Options)!);
        var data = await personal.UnprotectEventsAsync([.. unapplied.Select(handed => handed.Data.GetRawText())], cancellationToken);
        return [.. unapplied.Zip(data, (handed, clear) => handed with { Data = JsonElement.Parse(clear) })];
    }

    private async ValueTask<ReceivedEvent[]> ProtectAsync(ReceivedEvent[] events, CancellationToken cancellationToken)
    {
        var written = new List<ReceivedEvent>(events.Length);
        foreach (var received in events)
        {
            var shown = new List<TimelineEntry>(received.Shown.Count);
            foreach (var entry in received.Shown)
            {
                var orderEvent = (await personal.ProtectAsync([entry.Event], DataOwner.CustomerOf(entry.Event.OrderId), cancellationToken))[0];
                shown.Add(entry with { Event = orderEvent, Report = entry.Report is { } report ? report with { Data = orderEvent.Data } : null });
            }

            written.Add(received with
            {
                Shown = shown,
                Handed = received.Handed is { } handed ? await ProtectAsync(handed, DataOwner.CustomerOf(handed.Subject), cancellationToken) : null,

                // Events of a product are not personal, but a team may send any field.
                ProductEvent = received.ProductEvent is { } productEvent ? await ProtectAsync(productEvent, DataOwner.System, cancellationToken) : null,
            });
        }

        return [.. written];
    }

    private async ValueTask<PartnerEvent> ProtectAsync(PartnerEvent partnerEvent, DataOwner owner, CancellationToken cancellationToken) => partnerEvent with
    {
        Data = JsonElement.Parse(await personal.ProtectEventAsync(partnerEvent.Data.GetRawText(), owner, cancellationToken)),
    };

    private async Task<int> ReceiveAsync(StoreWrite write, string source, ReceivedEvent[] events)
    {
        var (batch, now) = (new StoreBatch(write), time.GetUtcNow());
        var entries = events.SelectMany(received => received.Shown).ToList();

        // Locked in a fixed order, and all before the transaction has a place in the order of commits (see LockOrder).
        foreach (var orderId in entries.Select(entry => entry.Event.OrderId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            batch.Add(database.Dialect.LockOrder, new { orderId });
        }

        foreach (var entry in entries)
        {
            if (entry is { ShipmentId: { } shipmentId, Report: { } report })
            {
                ShipmentTracking.Add(batch, entry.Event.OrderId, shipmentId, report);
            }
        }

        EventRows.Add(batch, database.Dialect, entries.Select(entry => entry.Event));
        foreach (var (i, received) in events.Index())
        {
            if (received.Handed is { } handed)
            {
                // Distinct times, so that the events keep their order of arrival.
                var row = new
                {
                    OrderId = handed.Subject,
                    handed.Source,
                    handed.Id,
                    Event = JsonSerializer.Serialize(handed, OrderJson.Options),
                    HandedAt = StoreTime.ToStore(now) + i,
                };
                batch.Add(
                    "INSERT INTO handed_events (order_id, source, event_id, event, handed_at) VALUES (@OrderId, @Source, @Id, @Event, @HandedAt) ON CONFLICT DO NOTHING",
                    row);
            }

            if (received.ProductEvent is { } productEvent)
            {
                ProductEventQueue.Add(batch, productEvent, now);
            }

            batch.Add(
                "INSERT INTO received_events (source, event_id, received_at) VALUES (@source, @Id, @now) ON CONFLICT DO NOTHING",
                new { source, received.Id, now = StoreTime.ToStore(now) });
        }

        await batch.ExecuteAsync();
        return events.Length;
    }
}
