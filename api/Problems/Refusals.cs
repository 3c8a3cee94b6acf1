using Microsoft.AspNetCore.Http.HttpResults;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Api.Problems;

/// <summary>An order's "no" as a problem.</summary>
internal static class Refusals
{
    public static ProblemHttpResult ToProblem(Refusal refusal) => Problem.Of(
        ProblemTypes.StatusOfRefusal(refusal.Slug) ?? StatusCodes.Status422UnprocessableEntity, refusal.Slug, refusal.Message, refusal.Details);

    /// <summary>A slug that the contract does not know is a fault of ours, and answered as one.</summary>
    public static ProblemHttpResult ToProblem(OrderRefusedException refusal) => ProblemTypes.StatusOfRefusal(refusal.Slug) is { } status
        ? Problem.Of(status, refusal.Slug, refusal.Message, refusal.Details)
        : throw new InvalidOperationException($"An order failed a request with {refusal.Slug}.", refusal);
}
