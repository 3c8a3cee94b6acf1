using System.Globalization;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Feed;

/// <summary>A row of the feed.</summary>
internal sealed record EventRow(
    long CommitGroup, long Position, string Id, string Source, string Type, string OrderId, string Time, string Data, string? Traceparent)
{
    public const string Columns =
        "commit_group AS CommitGroup, position AS Position, event_id AS Id, source AS Source, type AS Type, order_id AS OrderId, time AS Time, data AS Data, "
        + "traceparent AS Traceparent";

    public StoredEvent ToEvent()
    {
        using var data = JsonDocument.Parse(Data);
        var time = DateTimeOffset.Parse(Time, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        return new StoredEvent(new FeedPosition(CommitGroup, Position), new OrderEvent(Id, Source, Type, OrderId, time, data.RootElement.Clone()), Traceparent);
    }
}
