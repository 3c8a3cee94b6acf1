using System.Globalization;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Feed;

/// <summary>Writes events into the feed, each once; the caller holds the lock of their subject.</summary>
internal static class EventRows
{
    /// <summary>Most records have fewer; each number of rows is a statement of its own to prepare.</summary>
    private const int RowsInAStatement = 10;

    public static Task WriteAsync(StoreWrite write, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        var batch = new StoreBatch(write);
        Add(batch, dialect, events);
        return batch.ExecuteAsync();
    }

    public static void Add(StoreBatch batch, StoreDialect dialect, IEnumerable<OrderEvent> events)
    {
        foreach (var rows in events.Chunk(RowsInAStatement))
        {
            batch.Add(Insert(string.Join(", ", rows.Select((_, i) => Values(dialect, Number(i))))), Parameters(rows));
        }
    }

    private static string Insert(string values) =>
        $"""
        INSERT INTO events (commit_group, event_id, source, type, order_id, time, data, traceparent) VALUES {values}
        ON CONFLICT (order_id, source, event_id) DO NOTHING
        """;

    private static string Values(StoreDialect dialect, string number) =>
        $"({dialect.CommitGroup}, @Id{number}, @Source{number}, @Type{number}, @OrderId{number}, @Time{number}, @Data{number}, @Traceparent)";

    private static Dictionary<string, object?> Parameters(OrderEvent[] rows)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Traceparent"] = Traceparent.Current };
        foreach (var (i, row) in rows.Index())
        {
            parameters["Id" + Number(i)] = row.Id;
            parameters["Source" + Number(i)] = row.Source;
            parameters["Type" + Number(i)] = row.Type;
            parameters["OrderId" + Number(i)] = row.OrderId;
            parameters["Time" + Number(i)] = Time(row);
            parameters["Data" + Number(i)] = row.Data.GetRawText();
        }

        return parameters;
    }

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static string Time(OrderEvent row) => row.Time.ToString("O", CultureInfo.InvariantCulture);
}
