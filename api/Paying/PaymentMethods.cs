using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Paying;

/// <summary>Which payment methods are asked for: a method that the payment team would refuse outright is refused here, before an order waits for it.</summary>
internal sealed partial class PaymentMethods(IOptions<OrderApiOptions> options)
{
    public const string Shape = "a word such as card or kakaopay is needed: lower-case letters, digits and hyphens, at most 50";

    private readonly string[] taken = options.Value.PaymentMethods.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);

    public static bool IsWellFormed(string? method) => method is not null && Word().IsMatch(method);

    /// <summary>The problem of a method that is not taken; <c>null</c> for one that is.</summary>
    public ProblemHttpResult? Refuse(string? method) =>
        method is null || taken.Length == 0 || taken.Contains(method.Split('-')[0], StringComparer.Ordinal) || taken.Contains(method, StringComparer.Ordinal)
            ? null
            : Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                "payment-method-not-taken",
                "This payment method is not taken.",
                [KeyValuePair.Create("methods", (object?)taken)]);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,49}$", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
