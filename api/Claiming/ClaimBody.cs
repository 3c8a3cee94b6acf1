using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Claiming;

/// <summary>Body of a claim.</summary>
internal sealed record ClaimBody(string? Phone);

/// <summary>The phone number that the orders were placed with.</summary>
internal sealed class ClaimBodyValidator : RequestValidator<ClaimBody>
{
    public ClaimBodyValidator() => RuleFor(body => body.Phone).IsPhone();
}
