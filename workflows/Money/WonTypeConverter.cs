using System.ComponentModel;
using System.Globalization;

namespace OrderOrchestration.Workflows.Money;

/// <summary>Won in configuration: a whole number, such as <c>OrderPolicies__MinimumOrderAmount=5000</c>.</summary>
public sealed class WonTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text
            ? new Won(long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            : base.ConvertFrom(context, culture, value);
}
