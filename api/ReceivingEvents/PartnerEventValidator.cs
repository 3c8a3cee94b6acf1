using System.Text.Json;
using FluentValidation;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// The rules of another team's event (contract §2). Fields of its data are judged by their names where they are there: whether one that is missing is needed
/// depends on how the order stands. Fields that nobody knows are let through unread.
/// </summary>
internal sealed class PartnerEventValidator : RequestValidator<PartnerEvent>
{
    private const int MostAttempts = 1_000;
    private const int LongestText = 1_000;

    private static readonly Dictionary<string, (Func<JsonElement, bool> IsWell, string Error)> Fields = Rules();

    public PartnerEventValidator()
    {
        RuleFor(e => e.Id).IsLine();
        RuleFor(e => e.Type).IsLine();
        RuleFor(e => e.Subject).IsName();
        RuleFor(e => e.Time).Must(Moments.IsSensible).WithMessage(Moments.TimeError);
        RuleFor(e => e.Data).Custom((data, context) =>
        {
            foreach (var field in data.EnumerateObject())
            {
                if (field.Value.ValueKind != JsonValueKind.Null && Fields.TryGetValue(field.Name, out var rule) && !rule.IsWell(field.Value))
                {
                    context.AddFailure("data." + field.Name, rule.Error);
                }
            }
        });
        RuleFor(e => e.Subject).Must(IsNamedByData).WithMessage("is not what the data is about");
    }

    private static Dictionary<string, (Func<JsonElement, bool> IsWell, string Error)> Rules()
    {
        var rules = new Dictionary<string, (Func<JsonElement, bool> IsWell, string Error)>(StringComparer.Ordinal);
        Add("orderId paymentId shipmentId refundId pickupId payoutId productId memberId sellerId", IsName, "an id is needed");
        Add("amount remainingAmount monthAmount totalAmount points mileage", IsWon, $"a whole number of won from 0 to {Amounts.MostWon} is needed");
        Add("attempt", IsAttempt, $"a whole number from 1 to {MostAttempts} is needed");
        Add("approvedAt refundedAt dispatchedAt deliveredAt pickedUpAt paidAt redeliveryAt estimatedDelivery newDate", IsTime, Moments.TimeError);
        Add(
            "approvalNumber method code reason waybill carrier courier status location receivedBy condition tier previousTier",
            IsText,
            $"text of at most {LongestText} characters is needed");
        return rules;

        void Add(string names, Func<JsonElement, bool> isWell, string error)
        {
            foreach (var name in names.Split(' '))
            {
                rules[name] = (isWell, error);
            }
        }
    }

    private static bool IsName(JsonElement value) => value.ValueKind == JsonValueKind.String && Texts.IsName(value.GetString()!);

    private static bool IsText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= LongestText } text && Texts.IsNote(text);

    private static bool IsWon(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var amount) && amount is >= 0 and <= Amounts.MostWon;

    private static bool IsAttempt(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var attempt) && attempt is >= 1 and <= MostAttempts;

    private static bool IsTime(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) && Moments.IsSensible(time);

    // Who an event is about follows from its first word; data that names another contradicts it.
    private static bool IsNamedByData(PartnerEvent partnerEvent, string subject)
    {
        var field = partnerEvent.Type.Split('.')[0] switch
        {
            "payment" or "logistics" => "orderId",
            "finance" => "payoutId",
            "product" => "productId",
            "member" => "memberId",
            _ => null,
        };
        return field is null
            || !partnerEvent.Data.TryGetProperty(field, out var named)
            || named.ValueKind == JsonValueKind.Null
            || (named.ValueKind == JsonValueKind.String && named.GetString() == subject);
    }
}
