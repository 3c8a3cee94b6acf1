using FluentValidation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Validation;

/// <summary>Units of a product in a body. All properties are nullable, so that validation reports all missing fields at once.</summary>
public sealed record ProductLine(string? ProductId, int? Quantity);

/// <summary>The rules of a list of lines.</summary>
internal static class LineRules
{
    /// <summary>A list of lines: from 1 to <see cref="Amounts.MostLines"/> lines, none null, and at most <see cref="Amounts.MostUnits"/> units per product in total.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<ProductLine?>?> AreLines<T>(this IRuleBuilder<T, IReadOnlyList<ProductLine?>?> rule) => rule
        .Must(lines => lines is null or { Count: >= 1 and <= Amounts.MostLines }).WithMessage($"from 1 to {Amounts.MostLines} lines are needed")
        .Must(lines => lines?.All(line => line is not null) ?? true).WithMessage("a line must not be null")
        .Must(lines => UnitsOfOneProduct(lines) <= Amounts.MostUnits).WithMessage($"at most {Amounts.MostUnits} units of a product");

    /// <summary>Converts the lines for the order; call this on validated lines only.</summary>
    public static IReadOnlyList<LineQuantity> Quantities(this IReadOnlyList<ProductLine?> lines) =>
        [.. lines.Select(line => new LineQuantity(line!.ProductId!, line.Quantity!.Value))];

    private static long UnitsOfOneProduct(IReadOnlyList<ProductLine?>? lines) => (lines ?? [])
        .Where(line => line is { ProductId: not null, Quantity: >= 1 and <= Amounts.MostUnits })
        .GroupBy(line => line!.ProductId, StringComparer.Ordinal)
        .Select(product => product.Sum(line => (long)line!.Quantity!.Value))
        .DefaultIfEmpty()
        .Max();
}

/// <summary>One line: a product and how many units of it.</summary>
internal sealed class ProductLineValidator : RequestValidator<ProductLine>
{
    public ProductLineValidator()
    {
        RuleFor(line => line.ProductId).IsName();
        RuleFor(line => line.Quantity).IsQuantity();
    }
}

/// <summary>A shipping address (배송지).</summary>
internal sealed class ShippingAddressValidator : RequestValidator<ShippingAddress>
{
    public ShippingAddressValidator()
    {
        RuleFor(address => address.Recipient).IsLine();
        RuleFor(address => address.Phone).IsPhone();
        RuleFor(address => address.PostalCode).IsPostalCode();
        RuleFor(address => address.Address1).IsLine();
        RuleFor(address => address.Address2).IsOptionalLine();
    }
}
