using FluentValidation;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Api.Refunding;

/// <summary>Body of a refund or an exchange (contract §1): units of the order's products, and the reason.</summary>
/// <param name="Lines">Absent: all remaining units (refunds only).</param>
/// <param name="ReturnRequired">Whether the goods are returned; absent: only if they were delivered (refunds only).</param>
internal sealed record RefundBody(IReadOnlyList<ProductLine?>? Lines, string? Reason, bool? ReturnRequired = null)
{
    /// <summary>The lines, merged by product; <c>null</c> for all remaining units.</summary>
    public IReadOnlyList<LineQuantity>? Quantities() => Lines is null ? null : OrderPricing.Merge(Lines.Quantities());
}

/// <summary>The rules of a refund and of an exchange. Lines are required for an exchange.</summary>
internal sealed class RefundBodyValidator : RequestValidator<RefundBody>
{
    private static readonly string[] Reasons = ["change-of-mind", "defective", "wrong-item"];

    public RefundBodyValidator(bool areLinesRequired)
    {
        RuleFor(body => body.Reason).Must(reason => Reasons.Contains(reason, StringComparer.Ordinal)).WithMessage("one of " + string.Join(", ", Reasons));
        RuleFor(body => body.Lines).Must(lines => lines is not null || !areLinesRequired).WithMessage("at least one line is needed").AreLines();
        RuleForEach(body => body.Lines).SetValidator(new ProductLineValidator()!);
    }
}
