using FluentValidation;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Placing;

/// <summary>The validation rule of a payment method, shared by all bodies.</summary>
internal static class PaymentMethodRule
{
    public static IRuleBuilderOptions<T, string?> IsPaymentMethod<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(method => method is not null && Texts.IsWord(method))
        .WithMessage("a word such as card or kakaopay is needed: lower-case letters, digits and hyphens, at most 50");
}
