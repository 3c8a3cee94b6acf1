using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Tests.Api.Corpus;

/// <summary>One good event of every type that another team may send us, made from the catalogue.</summary>
internal static class CorpusEvents
{
    private const string Time = "2026-05-01T09:00:00+09:00";

    public static IReadOnlyList<string> All { get; } = [.. EventCatalogue.All.Where(type => type.Direction == EventDirection.Received).Select(Body)];

    public static IEnumerable<string> Of(string team) => All.Where(body => TeamOf(body) == team);

    public static string TypeOf(string body) => JsonDocument.Parse(body).RootElement.GetProperty("type").GetString()!;

    /// <summary>Who sends an event, or a batch of them.</summary>
    public static string TeamOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        var first = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement[0] : document.RootElement;
        return first.GetProperty("type").GetString()!.Split('.')[0];
    }

    public static string SecretOf(string team) => team switch
    {
        "payment" => ApiHost.PaymentSecret,
        "logistics" => ApiHost.LogisticsSecret,
        "member" => ApiHost.MemberSecret,
        "product" => ApiHost.ProductSecret,
        "finance" => ApiHost.FinanceSecret,
        _ => ApiHost.PromotionSecret,
    };

    private static string Body(EventDescription type)
    {
        var subject = type.Type.Split('.')[0] switch { "finance" => "po-1", "member" => "m-1", _ => type.DataFields.Contains("orderId") ? "o-1" : "p-100" };
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = "e-" + type.Type,
            ["source"] = EventTypes.SourceOf(type.Type),
            ["type"] = type.Type,
            ["subject"] = subject,
            ["time"] = Time,
            ["data"] = new JsonObject(type.DataFields.Select(field => KeyValuePair.Create(field, Value(field, subject)))),
        }.ToJsonString();
    }

    private static JsonNode? Value(string field, string subject) => field switch
    {
        "orderId" or "memberId" or "productId" or "payoutId" when subject[0] == field[0] => subject,
        "attempt" => 1,
        "amount" or "remainingAmount" or "monthAmount" or "totalAmount" or "points" or "mileage" or "balance" => 1_000,
        "lines" or "shortages" => new JsonArray(new JsonObject { ["productId"] = "p-100", ["quantity"] = 1 }),
        "changes" => new JsonObject { ["price"] = 1_000 },
        "newDate" or "expiresAt" => Time,
        _ when field.EndsWith("At", StringComparison.Ordinal) || field == "estimatedDelivery" => Time,
        _ => field + "-1",
    };
}
