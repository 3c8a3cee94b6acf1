using System.Globalization;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store;

/// <summary>Writes events into the feed, each once; the caller holds the lock of their subject.</summary>
internal static class EventRows
{
    // An order's record has a handful of events; each number of rows is a separate statement to the database.
    private const int MostInAStatement = 10;

    public static Task WriteAsync(StoreWrite write, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        var batch = new StoreBatch(write);
        Add(batch, dialect, events);
        return batch.ExecuteAsync();
    }

    public static void Add(StoreBatch batch, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        foreach (var rows in events.Chunk(MostInAStatement))
        {
            var values = Enumerable.Range(0, rows.Length)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"({dialect.CommitGroup}, @Id{i}, @Source{i}, @Type{i}, @OrderId{i}, @Time{i}, @Data{i}, @Traceparent)"));
            batch.Add(
                $"""
                INSERT INTO events (commit_group, event_id, source, type, order_id, time, data, traceparent)
                VALUES {string.Join(", ", values)}
                ON CONFLICT (order_id, source, event_id) DO NOTHING
                """,
                Parameters(rows));
        }
    }

    private static Dictionary<string, object?> Parameters(OrderEvent[] rows)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Traceparent"] = Traceparent.Current };
        foreach (var (i, row) in rows.Index())
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            parameters["Id" + number] = row.Id;
            parameters["Source" + number] = row.Source;
            parameters["Type" + number] = row.Type;
            parameters["OrderId" + number] = row.OrderId;
            parameters["Time" + number] = row.Time.ToString("O", CultureInfo.InvariantCulture);
            parameters["Data" + number] = row.Data.GetRawText();
        }

        return parameters;
    }
}
