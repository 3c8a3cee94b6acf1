using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace OrderOrchestration.Api.Problems;

/// <summary>Creates the problem details of this API: <c>type</c> is <c>/problems/&lt;slug&gt;</c>, extension fields are machine-readable (contract §1).</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(int status, string slug, string detail, IEnumerable<KeyValuePair<string, object?>>? fields = null)
    {
        var problem = new ProblemDetails
        {
            Type = ProblemTypes.Uri(slug),
            Title = ProblemTypes.Title(slug),
            Status = status,
            Detail = detail,
        };
        foreach (var (name, value) in fields ?? [])
        {
            problem.Extensions[name] = value;
        }

        return TypedResults.Problem(problem);
    }

    /// <summary>
    /// A problem whose extension fields are those of a JSON object. A field with the name of a standard member is prefixed with <c>order</c>:
    /// <c>status</c> becomes <c>orderStatus</c>.
    /// </summary>
    public static ProblemHttpResult Of(int status, string slug, string detail, JsonElement fields) => Of(
        status,
        slug,
        detail,
        fields.ValueKind == JsonValueKind.Object
            ? fields.EnumerateObject().Select(field => KeyValuePair.Create(
                field.Name is "type" or "title" or "status" or "detail" or "instance" ? "order" + ProblemTypes.Title(field.Name) : field.Name,
                (object?)field.Value.Clone()))
            : []);

    /// <summary>400 for an invalid body or parameter, with all errors by field.</summary>
    public static ProblemHttpResult Malformed(IReadOnlyDictionary<string, string[]> errors) => Of(
        StatusCodes.Status400BadRequest,
        ProblemTypes.MalformedRequest,
        "The request does not have the shape that this call takes.",
        [KeyValuePair.Create("errors", (object?)errors)]);

    public static ProblemHttpResult Malformed(string field, string error) =>
        Malformed(new Dictionary<string, string[]> { [field] = [error] });

    public static ProblemHttpResult NotFound(string what) => Of(StatusCodes.Status404NotFound, ProblemTypes.NotFound, what);

    public static ProblemHttpResult Unauthorized() => Of(
        StatusCodes.Status401Unauthorized, ProblemTypes.Unauthorized, "This call needs a valid bearer token.");

    public static ProblemHttpResult Forbidden() => Of(
        StatusCodes.Status403Forbidden, ProblemTypes.Forbidden, "The bearer of this token may not do this.");
}
