using System.Reflection;
using System.Text.Json;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace OrderOrchestration.Tests.Storage.Privacy;

/// <summary>
/// Every text of every message that Temporal or the store holds is classified: it is personal, or it is in the list of those that are not. A new one fails
/// here until it is classified.
/// </summary>
public sealed class ClassifiedFieldsTests
{
    /// <summary>Ids, words of fixed lists, and words of programs.</summary>
    private static readonly HashSet<string> NoPersons = new(StringComparer.Ordinal)
    {
        // Ids and keys.
        "orderId", "memberId", "productId", "sellerId", "categoryId", "shipmentId", "warehouseId", "refundId", "exchangeId", "reservationId", "paymentId",
        "payoutId", "pickupId", "attentionId", "claimId", "cancellationId", "returnId", "id", "entryId", "runId", "statementId", "statementIds", "eventId",
        "failureId", "identityVerificationId", "key", "keyPrefix", "accrualKey", "purchaseKey", "processKey", "subject", "source", "approvalNumber", "waybill",
        "couponCode", "code", "verificationId", "processedEventIds", "stopRefusedFor", "shipmentIds", "recommendations", "stopped", "refused", "changed", "sellersUpTo", "unreadVerificationId", "cursor", "nextCursor", "differenceId", "updateId",

        // Words of fixed lists, of programs, and of what is sold.
        "type", "template", "method", "tier", "previousTier", "carrier", "courier", "status", "condition", "step", "process", "actions", "action", "resolution",
        "declineCode", "completedBy", "cause", "refusal", "slug", "kind", "orderer", "productName", "updateName", "after", "upTo",

        // Roles with ids of staff: "customer", "operator:op-1".
        "by", "requestedBy", "decidedBy", "resolvedBy",

        // To whom: a member id, guest:orderId, operators.
        "to",
    };

    [Test]
    public void Every_text_of_every_message_is_personal_or_known_to_be_none()
    {
        var undecided = Texts().Where(text => PersonalFields.Find(text.Name, ofEvent: false, ofFailure: false) is null && !IsKnown(text)).ToList();
        Assert.That(string.Join(' ', undecided.Select(text => $"{text.Owner.Name}.{text.Name}")), Is.Empty);
    }

    [Test]
    public void The_list_holds_nothing_that_is_personal() =>
        Assert.That(NoPersons.Where(name => PersonalFields.Find(name, ofEvent: false, ofFailure: false) is not null), Is.Empty);

    // A product has a name, too; a person's is inside guest, which is encrypted whole. A refusal's message is ours.
    private static bool IsKnown((Type Owner, string Name) text) =>
        NoPersons.Contains(text.Name)
        || (text.Name == "name" && text.Owner.Name is "ProductFact" or "OrderLineView" or "QuotedLine" or "GuestContact")
        || text is { Name: "message", Owner.Name: "Refusal" } or { Owner.Name: "CommissionRates" };

    private static IEnumerable<(Type Owner, string Name)> Texts()
    {
        var seen = new HashSet<Type>();
        var waiting = new Queue<Type>(Roots());
        while (waiting.TryDequeue(out var type))
        {
            if (!seen.Add(type))
            {
                continue;
            }

            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.Name != "EqualityContract"))
            {
                foreach (var part in Parts(property.PropertyType))
                {
                    if (part == typeof(string))
                    {
                        yield return (type, JsonNamingPolicy.CamelCase.ConvertName(property.Name));
                    }
                    else if (part.Assembly == typeof(OrderView).Assembly && !part.IsEnum)
                    {
                        waiting.Enqueue(part);
                    }
                }
            }
        }
    }

    private static IEnumerable<Type> Parts(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts)
        : type.IsArray ? Parts(type.GetElementType()!) : [type];

    private static IEnumerable<Type> Roots()
    {
        var types = typeof(OrderView).Assembly.GetTypes();
        var methods = types.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttributes().Any(attribute =>
                attribute is ActivityAttribute or WorkflowRunAttribute or WorkflowUpdateAttribute or WorkflowSignalAttribute or WorkflowQueryAttribute));
        return methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(Parts)
            .Where(type => type.Assembly == typeof(OrderView).Assembly && !type.IsEnum)
            .Append(typeof(OrderRecord));
    }
}
