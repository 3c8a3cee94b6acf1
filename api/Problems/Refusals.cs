using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Problems;

/// <summary>Converts rejections to problem details.</summary>
internal static class Refusals
{
    public static ProblemHttpResult ToProblem(Refusal refusal) => Problem.Of(
        ProblemTypes.StatusOfRefusal(refusal.Slug) ?? StatusCodes.Status422UnprocessableEntity, refusal.Slug, refusal.Message, refusal.Details);

    /// <exception cref="InvalidOperationException">The slug is not part of the contract: a programming error, answered as 500.</exception>
    public static ProblemHttpResult ToProblem(OrderRefusedException refusal) => ProblemTypes.StatusOfRefusal(refusal.Slug) is { } status
        ? Problem.Of(status, refusal.Slug, refusal.Message, refusal.Details)
        : throw new InvalidOperationException($"An order failed a request with {refusal.Slug}.", refusal);
}
