using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Timeline;

/// <summary>A page of events, oldest first; <paramref name="NextCursor"/> is absent on the last page.</summary>
public sealed record CloudEventList(IReadOnlyList<CloudEventView> Items, string? NextCursor = null);

/// <summary>Query parameters of a list of events. The events of most orders fit on one page.</summary>
internal sealed record EventListParameters
{
    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    /// <summary>Maximum and default number of events on a page.</summary>
    public const int LargestPage = 1_000;

    /// <summary>Reads the requested page; call this on validated parameters only.</summary>
    /// <exception cref="FormatException">The cursor was not created by this list.</exception>
    public async Task<CloudEventList> ReadAsync(IOrderEvents source, string subject, CancellationToken cancellationToken)
    {
        var limit = InputRules.ReadLimit(Limit, LargestPage);
        var events = await source.PageAsync(subject, Cursor is null ? 0 : PositionOf(Cursor), limit + 1, cancellationToken);
        return new CloudEventList(
            [.. events.Take(limit).Select(stored => CloudEventView.Of(stored.Event))],
            events.Count > limit ? CursorAfter(events[limit - 1].Position.Number) : null);
    }

    private static string CursorAfter(long position) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(position.ToString(CultureInfo.InvariantCulture)));

    private static long PositionOf(string cursor) =>
        long.TryParse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new FormatException("The cursor is not one that a list has answered.");
}

/// <summary>The rules of the parameters.</summary>
internal sealed class EventListValidator : RequestValidator<EventListParameters>
{
    public EventListValidator()
    {
        RuleFor(query => query.Limit).IsLimit(EventListParameters.LargestPage);
        RuleFor(query => query.Cursor).IsCursor();
    }
}
