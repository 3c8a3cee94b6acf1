using FluentValidation;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Carts;

/// <summary>Body of an item.</summary>
internal sealed record ItemBody(int? Quantity);

/// <summary>Body of a coupon.</summary>
internal sealed record CouponBody(string? Code);

/// <summary>Body of points.</summary>
internal sealed record PointsBody(long? Points);

/// <summary>Body of a merge.</summary>
internal sealed record MergeBody(string? GuestCartId);

/// <summary>Units of a product.</summary>
internal sealed class ItemBodyValidator : RequestValidator<ItemBody>
{
    public ItemBodyValidator() => RuleFor(body => body.Quantity).IsQuantity();
}

/// <summary>A coupon's code.</summary>
internal sealed class CouponBodyValidator : RequestValidator<CouponBody>
{
    public CouponBodyValidator() => RuleFor(body => body.Code).IsName();
}

/// <summary>Points, in won.</summary>
internal sealed class PointsBodyValidator : RequestValidator<PointsBody>
{
    public PointsBodyValidator() => RuleFor(body => body.Points)
        .Must(points => points is >= 0 and <= Amounts.MostWon).WithMessage($"a whole number from 0 to {Amounts.MostWon} is needed");
}

/// <summary>The guest's cart that is merged.</summary>
internal sealed class MergeBodyValidator : RequestValidator<MergeBody>
{
    public MergeBodyValidator() => RuleFor(body => body.GuestCartId)
        .Must(cartId => cartId is not null && CartNames.IsGuest(cartId)).WithMessage("the name of a guest's cart, g-<uuid>, is needed");
}
