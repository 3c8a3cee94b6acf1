using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Validation;

/// <summary>Validates the parameters of a list and reads it. A cursor that the store rejects (<see cref="FormatException"/>) is 400, like other invalid parameters.</summary>
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
