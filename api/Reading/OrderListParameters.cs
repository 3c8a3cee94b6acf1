using System.Globalization;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Reading;

/// <summary>Query parameters of <c>GET /v1/orders</c>; read as text so that each bad one is named.</summary>
internal sealed record OrderListParameters(
    string? MemberId, string? Status, string? NeedsAttention, string? From, string? To, string? Limit, string? Cursor)
{
    private const string StuckStatus = "needs-attention";

    /// <summary>Reads the parameters into a filter; answers what is wrong with them.</summary>
    public Dictionary<string, string[]> Read(string? memberId, out OrderFilter filter)
    {
        var errors = new ShapeErrors();
        var stuckOnly = Status == StuckStatus;
        var status = stuckOnly ? null : ListParameters.Word<OrderStatus>("status", Status, errors, StuckStatus);
        bool? attention = stuckOnly ? true : null;
        if (NeedsAttention is not null)
        {
            errors.When(!bool.TryParse(NeedsAttention, out var stuck), "needsAttention", "true or false");
            attention = stuck;
        }

        var limit = ListParameters.Limit(Limit, errors);
        filter = new OrderFilter(memberId, status, attention, null, Time("from", From, errors), Time("to", To, errors), limit, Cursor);
        return errors.ToDictionary();
    }

    private static DateTimeOffset? Time(string field, string? text, ShapeErrors errors)
    {
        if (text is null)
        {
            return null;
        }

        // In a query a plus sign is a space: "…T00:00:00+09:00" arrives as "…T00:00:00 09:00".
        var read = DateTimeOffset.TryParse(
            text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        errors.When(!read, field, "a time as in ISO 8601, with offset");
        return time;
    }
}
