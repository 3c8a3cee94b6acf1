using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Placing;

/// <summary>The accepted payment methods (<see cref="OrderApiOptions.PaymentMethods"/>). Other methods are rejected before an order waits for the payment team.</summary>
internal sealed class PaymentMethods(IOptions<OrderApiOptions> options)
{
    private readonly string[] accepted = options.Value.PaymentMethods.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The problem for a method that is not accepted; <c>null</c> for an accepted method.</summary>
    public ProblemHttpResult? Refuse(string? method) =>
        method is null || accepted.Length == 0 || accepted.Contains(method.Split('-')[0], StringComparer.Ordinal) || accepted.Contains(method, StringComparer.Ordinal)
            ? null
            : Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                ProblemTypes.PaymentMethodNotTaken,
                "This payment method is not taken.",
                [KeyValuePair.Create("methods", (object?)accepted)]);
}
