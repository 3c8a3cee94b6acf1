using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>
/// A change of a response or an event: JSON Pointers (RFC 6901) and their new values. A pointer to a missing location is ignored;
/// the empty pointer is the whole document.
/// </summary>
/// <param name="Set">Values by pointer, set in this order: <c>{"/price": 1.5, "/lines": [], "/lines/0/reservedQuantity": 1}</c>; <c>-</c> appends.</param>
/// <param name="Remove">Pointers of members and elements to remove.</param>
/// <param name="Raw">Text that replaces the JSON (responses only), such as an HTML page, an incomplete document or an empty body.</param>
public sealed record JsonChange(
    IReadOnlyDictionary<string, JsonElement>? Set = null, IReadOnlyList<string>? Remove = null, string? Raw = null)
{
    /// <exception cref="RefusalException">A pointer is invalid (400).</exception>
    internal void Check()
    {
        foreach (var pointer in (Set?.Keys ?? []).Concat(Remove ?? []))
        {
            if (pointer.Length > 0 && pointer[0] != '/')
            {
                throw RefusalException.Invalid($"'{pointer}' is no JSON Pointer: it starts with /");
            }
        }
    }

    /// <summary>The changed document. A document that is not JSON is returned unchanged, unless <see cref="Raw"/> or the empty pointer replaces it.</summary>
    internal byte[] Apply(byte[] document)
    {
        if (Raw is not null)
        {
            return Encoding.UTF8.GetBytes(Raw);
        }

        var root = Parse(document);
        return root is null && Set?.ContainsKey(string.Empty) != true
            ? document
            : Encoding.UTF8.GetBytes(Apply(root)?.ToJsonString(PartnersJson.Options) ?? "null");
    }

    internal JsonElement Apply(JsonElement document) =>
        JsonSerializer.SerializeToElement(Apply(JsonNode.Parse(document.GetRawText())), PartnersJson.Options);

    private static JsonNode? Parse(byte[] document)
    {
        try
        {
            return document.Length == 0 ? null : JsonNode.Parse(document);
        }
        catch (JsonException)
        {
            return null; // A response of the web server itself, such as a page for 404.
        }
    }

    private JsonNode? Apply(JsonNode? root)
    {
        foreach (var (pointer, value) in Set ?? new Dictionary<string, JsonElement>())
        {
            var node = JsonNode.Parse(value.GetRawText());
            if (pointer.Length == 0)
            {
                root = node;
            }
            else if (Target(root, pointer) is var (parent, name))
            {
                SetIn(parent, name, node);
            }
        }

        foreach (var pointer in Remove ?? [])
        {
            if (Target(root, pointer) is var (parent, name))
            {
                RemoveFrom(parent, name);
            }
        }

        return root;
    }

    /// <summary>The container that the pointer's last part refers into, and that part; null where it does not exist.</summary>
    private static (JsonNode Parent, string Name)? Target(JsonNode? root, string pointer)
    {
        var parts = pointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/").Replace("~0", "~")).ToList();
        var node = root;
        foreach (var part in parts.SkipLast(1))
        {
            node = node switch
            {
                JsonObject members => members[part],
                JsonArray elements when IndexIn(elements, part) is { } index => elements[index],
                _ => null,
            };
        }

        return node is null || parts.Count == 0 ? null : (node, parts[^1]);
    }

    private static int? IndexIn(JsonArray elements, string part) =>
        int.TryParse(part, System.Globalization.NumberStyles.None, null, out var index) && index < elements.Count ? index : null;

    private static void SetIn(JsonNode parent, string name, JsonNode? value)
    {
        switch (parent)
        {
            case JsonObject members:
                members[name] = value;
                break;
            case JsonArray elements when name == "-":
                elements.Add(value);
                break;
            case JsonArray elements when IndexIn(elements, name) is { } index:
                elements[index] = value;
                break;
            default:
                break; // The location does not exist.
        }
    }

    private static void RemoveFrom(JsonNode parent, string name)
    {
        if (parent is JsonObject members)
        {
            members.Remove(name);
        }
        else if (parent is JsonArray elements && IndexIn(elements, name) is { } index)
        {
            elements.RemoveAt(index);
        }
    }
}
