using FluentValidation;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>Body of <c>POST /v1/orders</c> (contract §1). All properties are nullable, so that validation reports all missing fields at once.</summary>
public sealed record PlaceOrderBody
{
    public string? MemberId { get; init; }

    public GuestContact? Guest { get; init; }

    public IReadOnlyList<ProductLine?>? Lines { get; init; }

    public string? CartId { get; init; }

    public ShippingAddress? ShipTo { get; init; }

    public string? AddressId { get; init; }

    public string? DeliveryNote { get; init; }

    public string? CouponCode { get; init; }

    /// <summary>Points to use, in won.</summary>
    public long? Points { get; init; }

    /// <summary>Absent: the customer pays later.</summary>
    public PaymentChoice? Payment { get; init; }
}

/// <summary>The rules of an order body that need no data of the store or of other teams.</summary>
internal sealed class PlaceOrderValidator : RequestValidator<PlaceOrderBody>
{
    public PlaceOrderValidator()
    {
        RuleFor(body => body.MemberId)
            .Must((body, memberId) => memberId is null != body.Guest is null).WithMessage("exactly one of memberId and guest is needed")
            .IsOptionalName();
        RuleFor(body => body.Guest!).SetValidator(new GuestValidator()).When(body => body.Guest is not null);
        RuleFor(body => body.Lines)
            .Must((body, lines) => lines is { Count: > 0 } != body.CartId is not null).WithMessage("either lines, at least one, or a cartId is needed");
        RuleFor(body => body.Lines).AreLines().When(body => body.Lines is { Count: > 0 });
        RuleForEach(body => body.Lines).SetValidator(new ProductLineValidator()!);
        RuleFor(body => body.CartId).IsOptionalName();
        RuleFor(body => body.ShipTo)
            .Must((body, shipTo) => shipTo is null != body.AddressId is null).WithMessage("exactly one of shipTo and addressId is needed");
        RuleFor(body => body.ShipTo!).SetValidator(new ShippingAddressValidator()).When(body => body.ShipTo is not null);
        RuleFor(body => body.AddressId).IsOptionalName();
        RuleFor(body => body.DeliveryNote).IsOptionalNote();
        RuleFor(body => body.CouponCode).IsOptionalName();
        RuleFor(body => body.Points)
            .Must(points => points is null or (>= 0 and <= Amounts.MostWon)).WithMessage($"a whole number from 0 to {Amounts.MostWon} is needed");
        RuleFor(body => body.Payment!).SetValidator(new PaymentValidator()).When(body => body.Payment is not null);
    }

    private sealed class GuestValidator : RequestValidator<GuestContact>
    {
        private const int MaxEmailLength = 254;

        public GuestValidator()
        {
            RuleFor(guest => guest.Name).IsLine();
            RuleFor(guest => guest.Phone).IsPhone();
            RuleFor(guest => guest.Email)
                .IsLine(MaxEmailLength)
                .Must(email => email!.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < email.Length - 1 && !email.Contains(' ', StringComparison.Ordinal))
                .WithMessage("an e-mail address is needed");
        }
    }

    private sealed class PaymentValidator : RequestValidator<PaymentChoice>
    {
        public PaymentValidator()
        {
            RuleFor(payment => payment.Method).IsPaymentMethod();
            RuleFor(payment => payment.IdentityVerificationId).IsOptionalName();
        }
    }
}
