using System.Globalization;
using System.Text.Json;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// Checks all strings and property names of a JSON document, also in unknown properties. A document with NUL, an unpaired surrogate (escaped or raw) or
/// invalid UTF-8 is rejected before it is deserialized.
/// </summary>
internal static class JsonText
{
    private const int Deepest = 32;

    public static JsonReaderOptions Options { get; } = new() { MaxDepth = Deepest };

    /// <summary>The path of the first invalid string and the error; <c>null</c> where all are valid.</summary>
    /// <exception cref="JsonException">The bytes are not JSON, or nested too deeply.</exception>
    public static (string Path, string Error)? FindFault(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        var place = new Place();
        while (reader.Read())
        {
            var fault = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? Fault(ref reader) : null;
            if (fault is not null)
            {
                return (place.Path(reader.TokenType), fault);
            }

            place.Move(ref reader);
        }

        return null;
    }

    private static string? Fault(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!.Contains('\0', StringComparison.Ordinal) ? "must not hold NUL" : null;
        }
        catch (InvalidOperationException)
        {
            return "is no text: half of a surrogate pair, or bytes that are no UTF-8";
        }
    }

    /// <summary>Tracks the path of a reader's position in the document.</summary>
    private sealed class Place
    {
        private readonly Stack<(string? Property, int Index)> levels = new();

        public string Path(JsonTokenType token)
        {
            var path = "";
            foreach (var (property, index) in levels.Reverse())
            {
                path += index >= 0 ? string.Create(CultureInfo.InvariantCulture, $"[{index}]") : property is null ? "" : path.Length == 0 ? property : "." + property;
            }

            return path.Length == 0 || token == JsonTokenType.PropertyName ? "$" : path;
        }

        public void Move(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    levels.Pop();
                    levels.Push((reader.GetString(), -1));
                    break;
                case JsonTokenType.StartObject:
                    levels.Push((null, -1));
                    break;
                case JsonTokenType.StartArray:
                    levels.Push((null, 0));
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    levels.Pop();
                    Next();
                    break;
                default:
                    Next();
                    break;
            }
        }

        private void Next()
        {
            if (levels.TryPeek(out var level) && level.Index >= 0)
            {
                levels.Pop();
                levels.Push((null, level.Index + 1));
            }
        }
    }
}
