namespace OrderOrchestration.Api.Documents;

/// <summary>Descriptions of path and query parameters, by name.</summary>
internal static class ParameterTexts
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["orderId"] = "The order.",
        ["memberId"] = "The member.",
        ["cartId"] = "A member's id, or g-<uuid> for a guest's cart.",
        ["productId"] = "The product.",
        ["refundId"] = "The refund.",
        ["payoutId"] = "The payout.",
        ["sellerId"] = "The seller.",
        ["subscriber"] = "The subscriber, as configured.",
        ["runId"] = "A payout run.",
        ["date"] = "A day, yyyy-MM-dd, in Seoul.",
        ["day"] = "A day, yyyy-MM-dd, in Seoul.",
        ["from"] = "From this day or time on.",
        ["to"] = "Up to this day, or before this time.",
        ["status"] = "Only those of this status.",
        ["needsAttention"] = "true: only those that wait for an operator.",
        ["limit"] = "How many a page holds.",
        ["cursor"] = "The nextCursor of the page before.",
        ["after"] = "The nextLine of the page before.",
    };

    public static string? Of(string parameter) => Texts.GetValueOrDefault(parameter);
}
