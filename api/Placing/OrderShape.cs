using OrderOrchestration.Api.Paying;
using OrderOrchestration.Api.Problems;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Placing;

/// <summary>The shape of an order body: what can be said without asking anybody. All errors are listed, by field.</summary>
internal static class OrderShape
{
    private const int LongestText = 200;
    private const int LongestNote = 500;
    private const int MostUnits = 10_000;
    private const int MostLines = 1_000;

    public static Dictionary<string, string[]> Check(PlaceOrderBody body)
    {
        var errors = new ShapeErrors();
        CheckOrderer(body, errors);
        CheckLines(body, errors);
        CheckAddress(body, errors);
        errors.Longest("deliveryNote", body.DeliveryNote, LongestNote);
        errors.Longest("couponCode", body.CouponCode, LongestText);
        errors.When(body.CouponCode is not null && string.IsNullOrWhiteSpace(body.CouponCode), "couponCode", "must not be blank");
        errors.When(body.Points < 0, "points", "must not be negative");
        if (body.Payment is { } payment)
        {
            errors.When(!PaymentMethods.IsWellFormed(payment.Method), "payment.method", PaymentMethods.Shape);
            errors.Longest("payment.identityVerificationId", payment.IdentityVerificationId, LongestText);
        }

        return errors.ToDictionary();
    }

    public static Dictionary<string, string[]> Check(string field, ShippingAddress? address)
    {
        var errors = new ShapeErrors();
        CheckAddress(field, address, errors);
        return errors.ToDictionary();
    }

    private static void CheckOrderer(PlaceOrderBody body, ShapeErrors errors)
    {
        errors.When(
            string.IsNullOrWhiteSpace(body.MemberId) == body.Guest is null, "memberId", "exactly one of memberId and guest is needed");
        errors.Longest("memberId", body.MemberId, LongestText);
        if (body.Guest is { } guest)
        {
            errors.Text("guest.name", guest.Name, LongestText);
            errors.Text("guest.phone", guest.Phone, LongestText);
            errors.Text("guest.email", guest.Email, LongestText);
        }
    }

    private static void CheckLines(PlaceOrderBody body, ShapeErrors errors)
    {
        var hasLines = body.Lines is { Count: > 0 };
        errors.When(hasLines == (body.CartId is not null), "lines", "either lines, at least one, or a cartId is needed");
        errors.When(body.Lines is { Count: > MostLines }, "lines", $"at most {MostLines}");
        foreach (var (line, i) in (body.Lines ?? []).Take(MostLines).Select((line, i) => (line, i)))
        {
            errors.Text($"lines[{i}].productId", line?.ProductId, LongestText);
            errors.When(line?.Quantity is not (>= 1 and <= MostUnits), $"lines[{i}].quantity", $"a whole number from 1 to {MostUnits} is needed");
        }
    }

    private static void CheckAddress(PlaceOrderBody body, ShapeErrors errors)
    {
        errors.When(body.ShipTo is null == body.AddressId is null, "shipTo", "exactly one of shipTo and addressId is needed");
        if (body.ShipTo is not null)
        {
            CheckAddress("shipTo", body.ShipTo, errors);
        }
    }

    private static void CheckAddress(string field, ShippingAddress? address, ShapeErrors errors)
    {
        errors.Text(field + ".recipient", address?.Recipient, LongestText);
        errors.Text(field + ".phone", address?.Phone, LongestText);
        errors.Text(field + ".address1", address?.Address1, LongestText);
        errors.Longest(field + ".address2", address?.Address2, LongestText);
        errors.When(
            address?.PostalCode is not { Length: 5 } code || !code.All(char.IsAsciiDigit), field + ".postalCode", "five digits are needed");
    }
}
