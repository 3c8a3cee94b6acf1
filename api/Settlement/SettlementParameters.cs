using System.Globalization;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Days, pages and words of a query, read as text so that each bad one is named.</summary>
internal sealed class SettlementParameters
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 200;

    private static readonly Dictionary<string, PayoutStatus> Statuses =
        Enum.GetValues<PayoutStatus>().ToDictionary(OrderSearchAttributes.Name, StringComparer.Ordinal);

    private readonly ShapeErrors errors = new();

    /// <summary>What is wrong; <c>null</c> where nothing is.</summary>
    public IResult? Problem => errors.ToDictionary() is { Count: > 0 } wrong ? Problems.Problem.Malformed(wrong) : null;

    public DateOnly? Day(string field, string? text)
    {
        var day = default(DateOnly);
        var read = text is null || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
        errors.When(!read, field, "a day such as 2026-01-15");
        return text is null || !read ? null : day;
    }

    public int Limit(string? text, int byDefault = DefaultLimit)
    {
        var limit = byDefault;
        errors.When(
            text is not null && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LargestLimit),
            "limit",
            $"a whole number from 1 to {LargestLimit}");
        return limit;
    }

    public long After(string? text)
    {
        var after = 0L;
        errors.When(
            text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after), "after", "the nextLine of a page before");
        return after;
    }

    public PayoutStatus? Status(string? text)
    {
        var status = default(PayoutStatus);
        var read = text is null || Statuses.TryGetValue(text, out status);
        errors.When(!read, "status", $"one of {string.Join(", ", Statuses.Keys)}");
        return text is null || !read ? null : status;
    }
}
