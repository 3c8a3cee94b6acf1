using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Placing;

/// <summary>Which payment methods are asked for: a method that the payment team would refuse outright is refused here, before an order waits for it.</summary>
internal sealed class PaymentMethods(IOptions<OrderApiOptions> options)
{
    private readonly string[] taken = options.Value.PaymentMethods.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The problem of a method that is not taken; <c>null</c> for one that is.</summary>
    public ProblemHttpResult? Refuse(string? method) =>
        method is null || taken.Length == 0 || taken.Contains(method.Split('-')[0], StringComparer.Ordinal) || taken.Contains(method, StringComparer.Ordinal)
            ? null
            : Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                ProblemTypes.PaymentMethodNotTaken,
                "This payment method is not taken.",
                [KeyValuePair.Create("methods", (object?)taken)]);
}
