using System.Text;
using System.Text.Json;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>Protects documents by the keys of the ring.</summary>
/// <param name="inClear">Nothing is encrypted: see <see cref="PersonalDataInClear"/>.</param>
internal sealed class PersonalData(IKeyRing ring, bool inClear = false) : IPersonalData
{
    public ValueTask<string> ProtectAsync(string json, DataOwner owner, CancellationToken cancellationToken) =>
        ProtectAsync(json, PersonalShape.Message, owner, cancellationToken);

    public ValueTask<string> ProtectEventAsync(string data, DataOwner owner, CancellationToken cancellationToken) =>
        ProtectAsync(data, PersonalShape.EventData, owner, cancellationToken);

    public ValueTask<IReadOnlyList<string>> UnprotectAsync(IReadOnlyList<string> documents, CancellationToken cancellationToken) =>
        UnprotectAsync(documents, PersonalShape.Message, cancellationToken);

    public ValueTask<IReadOnlyList<string>> UnprotectEventsAsync(IReadOnlyList<string> data, CancellationToken cancellationToken) =>
        UnprotectAsync(data, PersonalShape.EventData, cancellationToken);

    public async ValueTask<IReadOnlyList<string?>> UnprotectTextsAsync(string field, IReadOnlyList<string?> texts, CancellationToken cancellationToken)
    {
        var parts = texts.Select(EncryptedText.Parse).ToList();
        var keys = await KeysAsync(parts.OfType<EncryptedText>(), cancellationToken);
        return [.. texts.Zip(parts, (text, part) => part is { } encrypted ? Text(encrypted, field, keys) : text)];
    }

    /// <summary>The document with its personal values encrypted; the same bytes where there are none.</summary>
    internal async ValueTask<byte[]> ProtectAsync(byte[] json, PersonalShape shape, DataOwner owner, CancellationToken cancellationToken)
    {
        var values = inClear ? [] : PersonalJson.FindClear(json, shape);
        if (values.Count == 0)
        {
            return json;
        }

        var key = await ring.OfAsync(owner, cancellationToken);

        // Free text about an order whose customer was erased (an operator's note, a team's error) is no longer the customer's data, and operators need it.
        var freeTextKey = key.IsErased && values.Exists(value => value.Field.IsFreeText) ? await ring.OfAsync(DataOwner.System, cancellationToken) : key;
        return PersonalJson.Replace(
            json, values, values.Select(value => Quoted((value.Field.IsFreeText ? freeTextKey : key).Encrypt(value.Field.Name, value.In(json)))));
    }

    /// <summary>The keys that encrypt values of a document.</summary>
    internal static IEnumerable<string> KeysIn(byte[] json, PersonalShape shape) => Encrypted(json, shape).Select(value => value.Text.KeyId);

    /// <summary>Documents in clear. What only looks encrypted, or names a key that the key store does not know, stays as it is.</summary>
    internal async ValueTask<IReadOnlyList<byte[]>> UnprotectAsync(IReadOnlyList<byte[]> documents, PersonalShape shape, CancellationToken cancellationToken)
    {
        var found = documents.Select(json => Encrypted(json, shape)).ToList();
        if (found.TrueForAll(values => values.Count == 0))
        {
            return documents;
        }

        var keys = await KeysAsync(found.SelectMany(values => values).Select(value => value.Text), cancellationToken);
        return [.. documents.Zip(found, (json, values) => values.Count == 0
            ? json
            : PersonalJson.Replace(json, [.. values.Select(value => value.Place)], values.Select(value => Clear(value.Place, value.Text, keys, json))))];
    }

    private async ValueTask<string> ProtectAsync(string json, PersonalShape shape, DataOwner owner, CancellationToken cancellationToken)
    {
        var clear = Encoding.UTF8.GetBytes(json);
        var protectedJson = await ProtectAsync(clear, shape, owner, cancellationToken);
        return ReferenceEquals(clear, protectedJson) ? json : Encoding.UTF8.GetString(protectedJson);
    }

    private async ValueTask<IReadOnlyList<string>> UnprotectAsync(IReadOnlyList<string> documents, PersonalShape shape, CancellationToken cancellationToken)
    {
        var encrypted = documents.Select(Encoding.UTF8.GetBytes).ToList();
        var clear = await UnprotectAsync(encrypted, shape, cancellationToken);
        return ReferenceEquals(clear, encrypted) ? documents : [.. clear.Select(Encoding.UTF8.GetString)];
    }

    private static List<(PersonalValue Place, EncryptedText Text)> Encrypted(byte[] json, PersonalShape shape)
    {
        var found = new List<(PersonalValue, EncryptedText)>();
        foreach (var place in PersonalJson.FindEncrypted(json, shape))
        {
            if (EncryptedText.Parse(Encoding.UTF8.GetString(place.In(json)[1..^1])) is { } encrypted)
            {
                found.Add((place, encrypted));
            }
        }

        return found;
    }

    private async ValueTask<IReadOnlyDictionary<string, DataKey>> KeysAsync(IEnumerable<EncryptedText> texts, CancellationToken cancellationToken) =>
        await ring.FindAsync(texts.Select(text => text.KeyId).ToHashSet(StringComparer.Ordinal), cancellationToken);

    private static byte[] Clear(PersonalValue place, EncryptedText encrypted, IReadOnlyDictionary<string, DataKey> keys, byte[] json) =>
        (keys.GetValueOrDefault(encrypted.KeyId) switch
        {
            { IsErased: true } => place.Field.Erased(encrypted.Content),
            { } key => key.Decrypt(place.Field.Name, encrypted.Content),
            null => null,
        }) ?? place.In(json).ToArray();

    private static string? Text(EncryptedText encrypted, string field, IReadOnlyDictionary<string, DataKey> keys) =>
        keys.TryGetValue(encrypted.KeyId, out var key) && key.Decrypt(field, encrypted.Content) is { } clear
            && JsonSerializer.Deserialize<JsonElement>(clear) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()
            : null;

    private static byte[] Quoted(string text) => Encoding.UTF8.GetBytes($"\"{text}\"");

    /// <summary>An encrypted value as it is written.</summary>
    private readonly record struct EncryptedText(string KeyId, string Content)
    {
        public static EncryptedText? Parse(string? text)
        {
            if (text?.StartsWith(DataKey.Prefix, StringComparison.Ordinal) != true)
            {
                return null;
            }

            var dot = text.IndexOf('.', DataKey.Prefix.Length);
            return dot < 0 ? null : new EncryptedText(text[DataKey.Prefix.Length..dot], text[(dot + 1)..]);
        }
    }
}
