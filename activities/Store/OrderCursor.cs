using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrderOrchestration.Activities.Store;

/// <summary>The opaque cursor of a list: the position of its last row in the list.</summary>
internal static class OrderCursor
{
    public static string After(long createdAt, string orderId) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{createdAt}:{orderId}")));

    /// <exception cref="FormatException">The text was not made by <see cref="After"/>.</exception>
    public static (long CreatedAt, string OrderId) Parse(string cursor)
    {
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', 2);
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var createdAt)
            ? (createdAt, parts[1])
            : throw new FormatException("The cursor is not one that a list has answered.");
    }
}
