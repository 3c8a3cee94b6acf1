using FluentValidation;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// The rules of one request: a body, or the parameters of a query. All fields are validated, each up to the first rule that fails.
/// All input is validated this way; see docs/decisions/0040.
/// </summary>
internal abstract class RequestValidator<T> : AbstractValidator<T>
{
    protected RequestValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Continue;
        RuleLevelCascadeMode = CascadeMode.Stop;
    }

    /// <summary>The errors by field name as in the JSON; empty for a valid request.</summary>
    public IReadOnlyDictionary<string, string[]> Errors(T request) => Validate(request).Errors
        .GroupBy(error => FieldNames.OnTheWire(error.PropertyName), StringComparer.Ordinal)
        .ToDictionary(field => field.Key, field => field.Select(error => error.ErrorMessage).ToArray(), StringComparer.Ordinal);
}

/// <summary>Converts property paths to JSON field names: <c>Lines[0].ProductId</c> becomes <c>lines[0].productId</c>.</summary>
internal static class FieldNames
{
    public static string OnTheWire(string property) => string.Join('.', property.Split('.').Select(CamelCase));

    /// <summary>Converts a JSON path of a <see cref="System.Text.Json.JsonException"/> to a field name, without the root sign <c>$</c>.</summary>
    public static string OfJsonPath(string? path) => path is null or "$" or "" ? "$" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');

    private static string CamelCase(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
