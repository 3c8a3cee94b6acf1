using System.Globalization;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Writes events into the feed, each once; the caller holds the lock of their subject.</summary>
internal static class EventRows
{
    public static async Task WriteAsync(StoreWrite write, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        foreach (var orderEvent in events)
        {
            await write.ExecuteAsync(
                $"""
                INSERT INTO events (commit_group, event_id, source, type, order_id, time, data)
                VALUES ({dialect.CommitGroup}, @Id, @Source, @Type, @OrderId, @Time, @Data)
                ON CONFLICT (order_id, source, event_id) DO NOTHING
                """,
                new
                {
                    orderEvent.Id,
                    orderEvent.Source,
                    orderEvent.Type,
                    orderEvent.OrderId,
                    Time = orderEvent.Time.ToString("O", CultureInfo.InvariantCulture),
                    Data = orderEvent.Data.GetRawText(),
                });
        }
    }
}
