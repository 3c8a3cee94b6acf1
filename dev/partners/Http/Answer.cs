using Microsoft.AspNetCore.Http.HttpResults;

namespace OrderOrchestration.Partners.Http;

/// <summary>Responses with a body and a status of the contract, without a <c>Location</c> header.</summary>
internal static class Answer
{
    public static JsonHttpResult<T> Created<T>(T body) => TypedResults.Json(body, statusCode: StatusCodes.Status201Created);

    public static JsonHttpResult<T> Accepted<T>(T body) => TypedResults.Json(body, statusCode: StatusCodes.Status202Accepted);
}
