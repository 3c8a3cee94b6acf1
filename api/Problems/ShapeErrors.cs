namespace OrderOrchestration.Api.Problems;

/// <summary>Collects what is wrong with a body, by field.</summary>
internal sealed class ShapeErrors
{
    private readonly Dictionary<string, List<string>> errors = new(StringComparer.Ordinal);

    public void When(bool wrong, string field, string error)
    {
        if (wrong)
        {
            (errors.TryGetValue(field, out var known) ? known : errors[field] = []).Add(error);
        }
    }

    public void Text(string field, string? value, int longest)
    {
        When(string.IsNullOrWhiteSpace(value), field, "is needed");
        Longest(field, value, longest);
    }

    public void Longest(string field, string? value, int longest) => When(value?.Length > longest, field, $"at most {longest} characters");

    public Dictionary<string, string[]> ToDictionary() =>
        errors.ToDictionary(error => error.Key, error => error.Value.ToArray(), StringComparer.Ordinal);
}
