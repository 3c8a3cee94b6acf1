using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Which members of our JSON are personal (contract §6), by their names wherever they stand: in messages, snapshots, events and answers. A test ensures
/// that every text of every message is either listed here or known not to be personal, so that a new one needs a decision.
/// </summary>
internal static class PersonalFields
{
    private static readonly PersonalField[] Named =
    [
        .. Of(ErasedForm.Address, "shipTo", "pendingAddress", "from"),
        .. Of(ErasedForm.Guest, "guest"),
        .. Of(ErasedForm.Null, "birthday"),
        .. Of(
            ErasedForm.Word,
            "recipient", "phone", "email", "postalCode", "address1", "address2", "deliveryNote", "receivedBy", "location"),
        .. new[] { "note", "reason", "text", "error", "lastError", "ignored", "ignoredBecause", "endMeans", "failureReason" }.Select(name =>
            new PersonalField(name, ErasedForm.Word) { IsFreeText = true }),
        .. new[] { "message", "stack_trace" }.Select(name => new PersonalField(name, ErasedForm.Word) { IsFreeText = true, IsOfFailure = true }),
    ];

    private static readonly FrozenDictionary<string, PersonalField> ByName = Named.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, PersonalField>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Members of an event's data that are known not to be personal. Any other member that a team sends is treated as personal.</summary>
    private static readonly FrozenSet<string> OfEvents = EventCatalogue.All.SelectMany(type => type.DataFields)
        .Concat(["cause", "quantity", "process", "attentionId", "code", "expiresAt", "mileage", "orderIds", "kind", "ours", "theirs", "done", "currency", "count"])
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OfEventsLookup = OfEvents.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string> Vocabulary = Words().ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> VocabularyLookup = Vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The names, for the test that compares them with the messages.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The field of that name; <c>null</c> if it is not personal.</summary>
    /// <param name="ofEvent">It is a member of an event's data.</param>
    /// <param name="ofFailure">It is a member of a failure's encoded attributes.</param>
    public static PersonalField? Find(ReadOnlySpan<char> name, bool ofEvent, bool ofFailure) =>
        Lookup.TryGetValue(name, out var field)
            ? field.IsOfFailure && !ofFailure ? ofEvent ? Unknown(name) : null : field
            : ofEvent && !OfEventsLookup.Contains(name) ? Unknown(name) : null;

    /// <summary>Whether a text is a word that programs compare with, or that is not personal: a reason's slug, a status.</summary>
    public static bool IsWord(ReadOnlySpan<char> text) => text.IsEmpty || VocabularyLookup.Contains(text);

    private static PersonalField Unknown(ReadOnlySpan<char> name) => new(name.ToString(), ErasedForm.Null);

    private static IEnumerable<PersonalField> Of(ErasedForm form, params string[] names) => names.Select(name => new PersonalField(name, form));

    // Workflow code compares texts with constants and enumerations of its assembly only: they are not encrypted, so that an erased order replays with
    // the same decisions.
    private static IEnumerable<string> Words()
    {
        var types = typeof(OrderView).Assembly.GetTypes();
        var enumerations = types.Where(type => type.IsEnum).SelectMany(Enum.GetNames).Select(JsonNamingPolicy.KebabCaseLower.ConvertName);
        var constants = types
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
            .Where(field => field is { IsLiteral: true } && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(word => word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '/'));
        return [.. enumerations, .. constants, .. PartnerVocabulary];
    }

    /// <summary>Reasons of other teams that are passed on (domain §2).</summary>
    private static IEnumerable<string> PartnerVocabulary =>
    [
        "address-error", "recipient-absent", "insufficient-balance", "limit-exceeded", "card-status", "invalid-payment-info", "conditions-not-met",
        "already-used", "expired", "not-enough-points", "refused", "order-completed", "customer", "auto", "operator",
    ];
}

/// <summary>A member of JSON that is personal.</summary>
internal sealed record PersonalField(string Name, ErasedForm Form)
{
    /// <summary>Free text by or about a person, unless it is a word of the vocabulary.</summary>
    public bool IsFreeText { get; init; }

    /// <summary>Only in Temporal's encoded attributes of a failure.</summary>
    public bool IsOfFailure { get; init; }

    /// <summary>The replacement of a value whose key is destroyed: equal for equal values, and of the type that readers expect.</summary>
    public byte[] Erased(ReadOnlySpan<char> content) => Form switch
    {
        ErasedForm.Address => JsonSerializer.SerializeToUtf8Bytes(ShippingAddress.ErasedOne(DataKey.Fingerprint(content)), OrderJson.Options),
        ErasedForm.Guest => """{"name":"","phone":"","email":""}"""u8.ToArray(),
        ErasedForm.Word => "\"erased\""u8.ToArray(),
        _ => "null"u8.ToArray(),
    };
}

/// <summary>How an erased value reads.</summary>
internal enum ErasedForm
{
    Null,
    Word,
    Address,
    Guest,
}
