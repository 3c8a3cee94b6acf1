using System.Text.Json.Nodes;

namespace OrderOrchestration.Tests.Api.Corpus;

/// <summary>Makes a request wrong, or merely odd, in one or a few places; the same seed makes the same requests.</summary>
internal sealed class Mutator(Random random)
{
    private const string Marker = "@raw@";

    // As written in JSON text, so that escapes and numbers stay as they are.
    private static readonly string[] Values =
    [
        "null", "true", "false", "\"\"", "\" \"", "\".\"", "\"..\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"ab\\udc00\"", "\"\\ud83d\\ude00\"", "\"a\\nb\"",
        "\"card\\n\"", "\"\\u2028\"", "\"\\u202e\"", "\"0\"", "\"-1\"", "\"%00\"", "\"%2e%2e\"", "\"'; DROP TABLE orders; --\"", "\"{{x}}\"", "\"\\\\\"",
        "0", "-1", "1", "1.5", "1e308", "1e400", "-0", "10001", "2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999999999",
        "1000000000000", "[]", "{}", "[null]", "[[]]", "{\"x\":1}", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01\"", "\"g-00000000-0000-0000-0000-000000000000\"",
    ];

    private static readonly string[] Names =
    [
        "..", ".", "%2e%2e", "%2E", "%00", "a%00b", "%ff", "%ed%a0%80", "%0A", "%20", "%F0%9F%91%8B", "%2F", "%252e", "'", "a;b", "*", "9999-12-31",
        "0001-01-01", "2026-02-30", "-1", "99999999999999999999", "%22", "null", "undefined", "%E2%80%AE", "g-x", "m-1%20", "~", "%", "%zz",
    ];

    private static readonly string[] MediaTypes =
    [
        "application/json", "application/json; charset=utf-8", "text/plain", "application/xml", "application/cloudevents+json",
        "application/cloudevents-batch+json", "application/x-www-form-urlencoded", "application/json; charset=euc-kr",
    ];

    public string Name() => random.Next(10) == 0 ? new string('n', random.Next(150, 2_000)) : Pick(Names);

    public string MediaType() => Pick(MediaTypes);

    public bool OneIn(int many) => random.Next(many) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>The text of a body, changed in its tree or in its bytes.</summary>
    public byte[] Body(string json)
    {
        var text = OneIn(12) ? json : Tree(json);
        if (OneIn(15))
        {
            text = text[..random.Next(text.Length + 1)];
        }

        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        if (OneIn(12) && bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private string Tree(string json)
    {
        var raw = new List<string>();
        var root = JsonNode.Parse(json)!;
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            Change(root, raw);
        }

        var text = root.ToJsonString();
        foreach (var value in raw)
        {
            var at = text.IndexOf($"\"{Marker}\"", StringComparison.Ordinal);
            text = at < 0 ? text : text[..at] + value + text[(at + Marker.Length + 2)..];
        }

        return text;
    }

    private void Change(JsonNode root, List<string> raw)
    {
        var node = root;
        while (true)
        {
            var children = node switch
            {
                JsonObject { Count: > 0 } members => [.. members.Select(member => member.Key)],
                JsonArray { Count: > 0 } items => [.. Enumerable.Range(0, items.Count).Select(i => (object)i)],
                _ => Array.Empty<object>(),
            };
            if (children.Length == 0)
            {
                return;
            }

            var child = Pick(children);
            var next = child is string name ? node[name] : node[(int)child];
            if (next is JsonObject or JsonArray && !OneIn(3))
            {
                node = next;
                continue;
            }

            Replace(node, child, raw);
            return;
        }
    }

    private void Replace(JsonNode parent, object child, List<string> raw)
    {
        switch (random.Next(8))
        {
            case 0 when child is string name:
                parent.AsObject().Remove(name);
                break;
            case 1 when child is string:
                parent["x" + random.Next(100)] = Marker;
                raw.Add(Pick(Values));
                break;
            case 2 when parent is JsonArray items:
                for (var i = random.Next(1, 1_500); i > 0; i--)
                {
                    items.Add(items[0]?.DeepClone());
                }

                break;
            default:
                Set(parent, child, Marker);
                raw.Add(OneIn(12) ? $"\"{new string('가', random.Next(100, 40_000))}\"" : Pick(Values));
                break;
        }
    }

    private static void Set(JsonNode parent, object child, string value)
    {
        if (child is string name)
        {
            parent[name] = value;
        }
        else
        {
            parent[(int)child] = value;
        }
    }
}
