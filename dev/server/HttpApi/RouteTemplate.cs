namespace EmbeddedTemporal.HttpApi;

/// <summary>A path template of a google.api.http annotation: literal segments, and fields in braces that match one segment each.</summary>
internal sealed class RouteTemplate
{
    private readonly string[] segments;

    /// <summary>Parses a template.</summary>
    /// <exception cref="FormatException">The template uses syntax that Temporal's API does not use.</exception>
    public RouteTemplate(string template)
    {
        segments = template.TrimStart('/').Split('/');
        foreach (var segment in segments)
        {
            if (segment.Length == 0 || segment.Contains('*', StringComparison.Ordinal) || segment.Contains('=', StringComparison.Ordinal)
                || segment.StartsWith('{') != segment.EndsWith('}'))
            {
                throw new FormatException($"Cannot route {template}: segment '{segment}' is neither a word nor a field.");
            }
        }
        Literals = segments.Count(segment => !IsField(segment));
    }

    /// <summary>Gets the number of literal segments; of two matching templates, the one with more literals takes precedence.</summary>
    public int Literals { get; }

    /// <summary>Gets the number of segments.</summary>
    public int Length => segments.Length;

    /// <summary>Matches the unescaped segments of a path against the template.</summary>
    /// <returns>The fields by their path in the message, or null when it does not match.</returns>
    public IReadOnlyList<KeyValuePair<string, string>>? Match(IReadOnlyList<string> path)
    {
        if (path.Count != segments.Length)
        {
            return null;
        }
        List<KeyValuePair<string, string>> fields = [];
        for (var i = 0; i < segments.Length; i++)
        {
            if (IsField(segments[i]))
            {
                fields.Add(new KeyValuePair<string, string>(segments[i][1..^1], path[i]));
            }
            else if (segments[i] != path[i])
            {
                return null;
            }
        }
        return fields;
    }

    private static bool IsField(string segment) => segment.StartsWith('{');
}
