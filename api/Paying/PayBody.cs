using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Paying;

/// <summary>Body of a payment.</summary>
internal sealed record PayBody(string? Method, string? IdentityVerificationId = null);

/// <summary>The rules of a payment.</summary>
internal sealed class PayBodyValidator : RequestValidator<PayBody>
{
    public PayBodyValidator()
    {
        RuleFor(body => body.Method).IsPaymentMethod();
        RuleFor(body => body.IdentityVerificationId).IsOptionalName();
    }
}
