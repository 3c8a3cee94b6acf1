using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Validation;

/// <summary>Answers a list: its parameters are judged first, and a cursor that only the store can tell from its own is 400 like any other bad parameter.</summary>
internal static class Listing
{
    public static async Task<IResult> RunAsync<TQuery, TPage>(RequestValidator<TQuery> validator, TQuery query, Func<Task<TPage>> read)
    {
        if (validator.Errors(query) is { Count: > 0 } errors)
        {
            return Problem.Malformed(errors);
        }

        try
        {
            return TypedResults.Ok(await read());
        }
        catch (FormatException)
        {
            return Problem.Malformed("cursor", "is not one that a list has answered");
        }
    }
}
