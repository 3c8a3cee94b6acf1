using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrderOrchestration.Tests.Host.Privacy;

/// <summary>Names that occur nowhere else, and every encoding in which bytes could hold them.</summary>
internal sealed class Canaries
{
    private readonly List<(string Canary, string Form, byte[] Bytes)> forms = [];

    public Canaries(params string[] telltales)
    {
        foreach (var telltale in telltales)
        {
            Add(telltale, "UTF-8", Encoding.UTF8.GetBytes(telltale));
            Add(telltale, "UTF-16", Encoding.Unicode.GetBytes(telltale));
            Add(telltale, "UTF-16 BE", Encoding.BigEndianUnicode.GetBytes(telltale));
            var escaped = JavaScriptEncoder.Default.Encode(telltale);
            Add(telltale, "JSON", Encoding.ASCII.GetBytes(escaped));
            Add(telltale, "JSON, small", Encoding.ASCII.GetBytes(Small(escaped)));
            Add(telltale, "URL", Encoding.ASCII.GetBytes(Uri.EscapeDataString(telltale)));
            Add(telltale, "hex", Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.UTF8.GetBytes(telltale))));
            Add(telltale, "hex, small", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(telltale))));
            foreach (var (form, bytes) in new[] { ("UTF-8", Encoding.UTF8.GetBytes(telltale)), ("UTF-16", Encoding.Unicode.GetBytes(telltale)) })
            {
                for (var shift = 0; shift < 3; shift++)
                {
                    var text = Base64Within(bytes, shift);
                    Add(telltale, $"base64 of {form}, {shift}", Encoding.ASCII.GetBytes(text));
                    Add(telltale, $"base64url of {form}, {shift}", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')));
                }
            }
        }
    }

    /// <summary>The names that these bytes hold, if any.</summary>
    public IEnumerable<string> In(string place, byte[] bytes) => forms
        .Where(form => bytes.AsSpan().IndexOf(form.Bytes) >= 0)
        .Select(form => $"{form.Canary} as {form.Form} in {place}");

    /// <summary>The same for a JSON answer, with every base64 text in it decoded as well.</summary>
    public IEnumerable<string> InJson(string place, string json) =>
        In(place, Encoding.UTF8.GetBytes(json)).Concat(Texts(JsonDocument.Parse(json).RootElement).SelectMany(text => InText(place, text)));

    private IEnumerable<string> InText(string place, string text)
    {
        var bytes = new byte[text.Length];
        return In(place, Encoding.UTF8.GetBytes(text))
            .Concat(Convert.TryFromBase64String(text, bytes, out var count) ? In(place + " (decoded)", bytes[..count]) : []);
    }

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(field => Texts(field.Value).Prepend(field.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    // \uAC00 is \uac00 just as well; the u stays.
    private static string Small(string escaped) => string.Join("\\u", escaped.Split("\\u").Select((part, i) =>
        i == 0 || part.Length < 4 ? part : string.Concat(part.AsSpan(0, 4).ToString().ToLowerInvariant(), part.AsSpan(4))));

    // The characters of the base64 text that these bytes alone decide, where they begin at this place of a group of three.
    private static string Base64Within(byte[] bytes, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. bytes]).TrimEnd('=');
        var first = shift == 0 ? 0 : shift + 1;
        var last = (shift + bytes.Length) * 8 / 6;
        return text[first..last];
    }

    private void Add(string telltale, string form, byte[] bytes) => forms.Add((telltale, form, bytes));
}
