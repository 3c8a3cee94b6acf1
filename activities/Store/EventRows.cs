using System.Globalization;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Writes events into the feed, each once; the caller holds the lock of their subject.</summary>
internal static class EventRows
{
    public static Task WriteAsync(StoreWrite write, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        var batch = new StoreBatch(write);
        Add(batch, dialect, events);
        return batch.ExecuteAsync();
    }

    public static void Add(StoreBatch batch, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        foreach (var orderEvent in events)
        {
            batch.Add(
                $"""
                INSERT INTO events (commit_group, event_id, source, type, order_id, time, data, traceparent)
                VALUES ({dialect.CommitGroup}, @Id, @Source, @Type, @OrderId, @Time, @Data, @Traceparent)
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
                    Traceparent = Traceparent.Current,
                });
        }
    }
}
