using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderOrchestration.Workflows.Money;

/// <summary>
/// An amount of money in whole won (원). There is no smaller unit, so every sum of <see cref="Won"/> is exact; arithmetic is checked and
/// a rate rounds down to the won (domain §1). On the wire it is a JSON integer.
/// </summary>
[JsonConverter(typeof(WonJsonConverter))]
[TypeConverter(typeof(WonTypeConverter))]
public readonly record struct Won(long Amount) : IComparable<Won>
{
    public static Won Zero => default;

    public static Won operator +(Won left, Won right) => new(checked(left.Amount + right.Amount));

    public static Won operator -(Won left, Won right) => new(checked(left.Amount - right.Amount));

    public static Won operator -(Won value) => new(checked(-value.Amount));

    public static Won operator *(Won unit, long quantity) => new(checked(unit.Amount * quantity));

    public static bool operator <(Won left, Won right) => left.Amount < right.Amount;

    public static bool operator >(Won left, Won right) => left.Amount > right.Amount;

    public static bool operator <=(Won left, Won right) => left.Amount <= right.Amount;

    public static bool operator >=(Won left, Won right) => left.Amount >= right.Amount;

    public static Won Add(Won left, Won right) => left + right;

    public static Won Subtract(Won left, Won right) => left - right;

    public static Won Multiply(Won unit, long quantity) => unit * quantity;

    public static Won Negate(Won value) => -value;

    public static Won Min(Won left, Won right) => left < right ? left : right;

    public static Won Max(Won left, Won right) => left > right ? left : right;

    /// <summary>This amount times a rate (0.05 = 5 %), rounded down to the won.</summary>
    public Won AtRate(decimal rate) => new((long)decimal.Floor(Amount * rate));

    public int CompareTo(Won other) => Amount.CompareTo(other.Amount);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount:N0} won");
}

/// <summary>Won on the wire: a plain JSON integer; a fraction or a string is refused.</summary>
public sealed class WonJsonConverter : JsonConverter<Won>
{
    public override Won Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var amount)
            ? new Won(amount)
            : throw new JsonException("an amount of money is an integer number of won");

    public override void Write(Utf8JsonWriter writer, Won value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Amount);
}
