using FluentValidation;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// The rules of one request: a body, or the parameters of a query. All fields are judged, each up to the first rule that it breaks.
/// This is the one way in which input is checked; see docs/decisions/0040.
/// </summary>
internal abstract class RequestValidator<T> : AbstractValidator<T>
{
    protected RequestValidator()
    {
        ClassLevelCascadeMode = CascadeMode.Continue;
        RuleLevelCascadeMode = CascadeMode.Stop;
    }

    /// <summary>What is wrong, by field as it is spelled on the wire; empty where nothing is.</summary>
    public IReadOnlyDictionary<string, string[]> Errors(T request) => Validate(request).Errors
        .GroupBy(error => FieldNames.OnTheWire(error.PropertyName), StringComparer.Ordinal)
        .ToDictionary(field => field.Key, field => field.Select(error => error.ErrorMessage).ToArray(), StringComparer.Ordinal);
}

/// <summary>Names of fields: <c>Lines[0].ProductId</c> is <c>lines[0].productId</c> to whoever sent it.</summary>
internal static class FieldNames
{
    public static string OnTheWire(string property) => string.Join('.', property.Split('.').Select(CamelCase));

    /// <summary>The place that a reader of JSON names: without the sign of the root.</summary>
    public static string OfJsonPath(string? path) => path is null or "$" or "" ? "$" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');

    private static string CamelCase(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}
