using Dapper;

namespace OrderOrchestration.Activities.Store;

/// <summary>Received events in the order database.</summary>
internal sealed class ReceivedEvents(OrderDatabase database, TimeProvider time) : IReceivedEvents
{
    public Task<bool> IsKnownAsync(string source, string eventId, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            const string sql = "SELECT COUNT(*) FROM received_events WHERE source = @source AND event_id = @eventId";
            return await connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, new { source, eventId }, cancellationToken: token)) > 0;
        },
        cancellationToken);

    public Task MarkAsync(string source, string eventId, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            "INSERT INTO received_events (source, event_id, received_at) VALUES (@source, @eventId, @now) ON CONFLICT DO NOTHING",
            new { source, eventId, now = StoreTime.ToStore(time.GetUtcNow()) }),
        cancellationToken);
}
