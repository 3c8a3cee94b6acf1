using Dapper;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Feed;

/// <summary>The events of one subject, a page at a time: a timeline may have thousands (a courier's every scan).</summary>
public interface IOrderEvents
{
    /// <summary>The events after a position, oldest first; fewer than <paramref name="limit"/>: that is all.</summary>
    Task<IReadOnlyList<StoredEvent>> PageAsync(string orderId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The position of the last event with this id; <c>null</c> if the subject has none.</summary>
    Task<long?> PositionOfAsync(string orderId, string eventId, CancellationToken cancellationToken);
}

/// <summary>Reads events by the indexes <c>events_of_order</c> and <c>events_once</c>.</summary>
internal sealed class OrderEvents(OrderDatabase database, IPersonalData personal) : IOrderEvents
{
    public async Task<IReadOnlyList<StoredEvent>> PageAsync(string orderId, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync<IReadOnlyList<EventRow>>(
            async (connection, token) =>
            {
                const string sql =
                    $"SELECT {EventRow.Columns} FROM events WHERE order_id = @orderId AND position > @after ORDER BY position LIMIT @limit";
                var command = new CommandDefinition(sql, new { orderId, after, limit }, cancellationToken: token);
                return (await connection.QueryAsync<EventRow>(command)).AsList();
            },
            cancellationToken);
        return await personal.UnprotectAsync(rows, cancellationToken);
    }

    public Task<long?> PositionOfAsync(string orderId, string eventId, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, token) => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT MAX(position) FROM events WHERE order_id = @orderId AND event_id = @eventId", new { orderId, eventId }, cancellationToken: token)),
        cancellationToken);
}
