using Microsoft.AspNetCore.Http.HttpResults;

namespace OrderOrchestration.Partners.Http;

/// <summary>Answers with a body and a status of the contract; there is no address to point to, so no <c>Location</c>.</summary>
internal static class Answer
{
    public static JsonHttpResult<T> Created<T>(T body) => TypedResults.Json(body, statusCode: StatusCodes.Status201Created);

    public static JsonHttpResult<T> Accepted<T>(T body) => TypedResults.Json(body, statusCode: StatusCodes.Status202Accepted);
}
