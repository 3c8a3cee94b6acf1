using System.Text.Json;
using FluentValidation;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// The rules of another team's event (contract §2). Fields of its data are validated by name where they are present; whether a missing field is required
/// depends on the state of the order. Unknown fields are ignored.
/// </summary>
internal sealed class PartnerEventValidator : RequestValidator<PartnerEvent>
{
    private const int MaxAttempt = 1_000;
    private const int MaxTextLength = 1_000;

    private static readonly Dictionary<string, (Func<JsonElement, bool> IsValid, string Error)> Fields = Rules();

    public PartnerEventValidator()
    {
        RuleFor(e => e.Id).IsLine();
        RuleFor(e => e.Type).IsLine();
        RuleFor(e => e.Subject).IsName();
        RuleFor(e => e.Time).Must(RequestTimes.IsSensible).WithMessage(RequestTimes.TimeError);
        RuleFor(e => e.Data).Custom((data, context) =>
        {
            foreach (var field in data.EnumerateObject())
            {
                if (field.Value.ValueKind != JsonValueKind.Null && Fields.TryGetValue(field.Name, out var rule) && !rule.IsValid(field.Value))
                {
                    context.AddFailure("data." + field.Name, rule.Error);
                }
            }
        });
        RuleFor(e => e.Subject).Must(MatchesData).WithMessage("is not what the data is about");
    }

    private static Dictionary<string, (Func<JsonElement, bool> IsValid, string Error)> Rules()
    {
        var rules = new Dictionary<string, (Func<JsonElement, bool> IsValid, string Error)>(StringComparer.Ordinal);
        Add("orderId paymentId shipmentId refundId pickupId payoutId productId memberId sellerId", IsName, "an id is needed");
        Add("amount remainingAmount monthAmount totalAmount points mileage", IsWon, $"a whole number of won from 0 to {Amounts.MostWon} is needed");
        Add("attempt", IsAttempt, $"a whole number from 1 to {MaxAttempt} is needed");
        Add("approvedAt refundedAt dispatchedAt deliveredAt pickedUpAt paidAt redeliveryAt estimatedDelivery newDate", IsTime, RequestTimes.TimeError);
        Add(
            "approvalNumber method code reason waybill carrier courier status location receivedBy condition tier previousTier",
            IsText,
            $"text of at most {MaxTextLength} characters is needed");
        return rules;

        void Add(string names, Func<JsonElement, bool> isValid, string error)
        {
            foreach (var name in names.Split(' '))
            {
                rules[name] = (isValid, error);
            }
        }
    }

    private static bool IsName(JsonElement value) => value.ValueKind == JsonValueKind.String && Texts.IsName(value.GetString()!);

    private static bool IsText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxTextLength } text && Texts.IsNote(text);

    private static bool IsWon(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var amount) && amount is >= 0 and <= Amounts.MostWon;

    private static bool IsAttempt(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var attempt) && attempt is >= 1 and <= MaxAttempt;

    private static bool IsTime(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) && RequestTimes.IsSensible(time);

    // The first word of the type determines the id field of the subject. Data with another id than the subject is rejected.
    private static bool MatchesData(PartnerEvent partnerEvent, string subject)
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
