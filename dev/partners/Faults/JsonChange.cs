using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Faults;

/// <summary>
/// Other words in an answer or an event: JSON Pointers (RFC 6901) and what stands there instead. A pointer that leads nowhere is passed over;
/// the empty pointer is the whole document.
/// </summary>
/// <param name="Set">Values by pointer, set in this order: <c>{"/price": 1.5, "/lines": [], "/lines/0/reservedQuantity": 1}</c>; <c>-</c> appends.</param>
/// <param name="Remove">Members and elements that are absent.</param>
/// <param name="Raw">This text instead of the JSON (answers only): an HTML page, half a document, nothing.</param>
public sealed record JsonChange(
    IReadOnlyDictionary<string, JsonElement>? Set = null, IReadOnlyList<string>? Remove = null, string? Raw = null)
{
    /// <exception cref="RefusalException">A pointer is none (400).</exception>
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

    /// <summary>The changed document; one that is no JSON stays as it is, unless <see cref="Raw"/> replaces it.</summary>
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
            return null; // A page of the server itself, such as an empty 404.
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
                Put(parent, name, node);
            }
        }

        foreach (var pointer in Remove ?? [])
        {
            if (Target(root, pointer) is var (parent, name))
            {
                Take(parent, name);
            }
        }

        return root;
    }

    /// <summary>The container that the pointer's last part names something in.</summary>
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

    private static void Put(JsonNode parent, string name, JsonNode? value)
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
                break; // The pointer leads nowhere.
        }
    }

    private static void Take(JsonNode parent, string name)
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
