using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderOrchestration.Workflows;

/// <summary>A time of the week, written <c>Tuesday 10:00</c> in configuration and on the wire.</summary>
[JsonConverter(typeof(WeeklyTimeJsonConverter))]
[TypeConverter(typeof(WeeklyTimeTypeConverter))]
public readonly record struct WeeklyTime(DayOfWeek Day, TimeOnly Time)
{
    /// <exception cref="FormatException">The text is not a day and a time.</exception>
    public static WeeklyTime Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length == 2
            && !char.IsDigit(parts[0][0])
            && Enum.TryParse<DayOfWeek>(parts[0], ignoreCase: true, out var day)
            && TimeOnly.TryParse(parts[1], CultureInfo.InvariantCulture, out var time)
            ? new WeeklyTime(day, time)
            : throw new FormatException($"'{text}' is no time of the week such as 'Tuesday 10:00'");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day} {Time:HH:mm}");
}

/// <summary>A time of the week on the wire.</summary>
public sealed class WeeklyTimeJsonConverter : JsonConverter<WeeklyTime>
{
    public override WeeklyTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return WeeklyTime.Parse(reader.GetString() ?? string.Empty);
        }
        catch (FormatException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, WeeklyTime value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A time of the week in configuration.</summary>
public sealed class WeeklyTimeTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? WeeklyTime.Parse(text) : base.ConvertFrom(context, culture, value);
}
