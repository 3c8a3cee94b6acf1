using System.Text.Json.Nodes;

namespace OrderOrchestration.Api.Documents;

/// <summary>The JSON schema of the fields in event data, by field name. A name has the same meaning in every event.</summary>
internal static class EventFields
{
    private static readonly HashSet<string> Won =
    [
        "amount", "points", "remaining", "remainingAmount", "monthAmount", "totalAmount", "commission", "sales", "sellerDiscount", "platformDiscount",
        "refunds", "discount", "items", "couponDiscount", "tierDiscount", "shippingFee", "payable",
    ];

    private static readonly HashSet<string> Lists = ["lines", "actions", "statementIds", "shortages"];

    public static JsonObject SchemaOf(string field) => field switch
    {
        _ when Won.Contains(field) => new JsonObject { ["type"] = "integer", ["description"] = "won" },
        _ when Lists.Contains(field) => new JsonObject { ["type"] = "array" },
        "attempt" or "quantity" or "count" or "balance" => new JsonObject { ["type"] = "integer" },
        "returnRequired" => new JsonObject { ["type"] = "boolean" },
        _ when field.EndsWith("At", StringComparison.Ordinal) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ when field.EndsWith("Id", StringComparison.Ordinal) => new JsonObject { ["type"] = "string" },
        _ => [],
    };
}
