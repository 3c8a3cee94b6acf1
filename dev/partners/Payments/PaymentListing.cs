using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Options;

namespace OrderOrchestration.Partners.Payments;

/// <summary>The parameters of <c>GET /payments?from&amp;to&amp;cursor&amp;limit</c> (contract §2).</summary>
/// <param name="From">Start of the window, inclusive.</param>
/// <param name="To">End of the window, exclusive.</param>
/// <param name="Cursor">The end of the previous page; valid for one window.</param>
/// <param name="Limit">Payments per page, 1 to 1,000; absent: <see cref="PartnersOptions.PaymentPageSize"/>.</param>
internal sealed record PaymentListing(DateTimeOffset From, DateTimeOffset To, string? Cursor, int? Limit)
{
    public const int LargestPage = 1_000;

    /// <exception cref="RefusalException">A parameter is missing or invalid (400).</exception>
    public static PaymentListing Of(DateTimeOffset? from, DateTimeOffset? to, string? cursor, int? limit)
    {
        if (from is not { } first || to is not { } end || first > end)
        {
            throw RefusalException.Invalid("from and to are times with an offset, from before to");
        }

        Require.Between(1, limit ?? 1, LargestPage, "limit");
        return new PaymentListing(first, end, cursor, limit);
    }

    /// <summary>The number of the change after which the page starts.</summary>
    /// <exception cref="RefusalException">The cursor does not belong to this window (400).</exception>
    public long After() => Cursor is null ? 0
        : TryRead(Cursor, out var after) ? after
        : throw RefusalException.Invalid("cursor is none that this listing has given");

    /// <summary>The cursor of the page that starts after this change.</summary>
    public string CursorAfter(long number) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{number}/{From.UtcTicks}/{To.UtcTicks}")));

    private bool TryRead(string cursor, out long after)
    {
        after = 0;
        if (!Base64Url.IsValid(cursor))
        {
            return false;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('/');
        return parts.Length == 3 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out after) && CursorAfter(after) == cursor;
    }
}
