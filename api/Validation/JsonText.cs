using System.Globalization;
using System.Text.Json;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// Looks through the texts of a JSON document, those that nobody asked for too: what holds NUL, half of a surrogate pair (escaped or raw) or bytes that
/// are no UTF-8 is refused before anything reads it.
/// </summary>
internal static class JsonText
{
    private const int Deepest = 32;

    public static JsonReaderOptions Options { get; } = new() { MaxDepth = Deepest };

    /// <summary>The first place that cannot be kept, and why; <c>null</c> where there is none.</summary>
    /// <exception cref="JsonException">The bytes are no JSON, or nested too deep.</exception>
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

    /// <summary>Where in the document a reader is.</summary>
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
