using System.Globalization;
using System.Text.Json;
using FluentValidation;

namespace OrderOrchestration.Api.Validation;

/// <summary>Validation rules shared by requests, by kind of field.</summary>
internal static class InputRules
{
    private const int LargestLimit = 200;

    /// <summary>Required text of one line.</summary>
    public static IRuleBuilderOptions<T, string?> IsLine<T>(this IRuleBuilder<T, string?> rule, int longest = Texts.LongestName) => rule
        .Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("is needed")
        .IsOptionalLine(longest);

    /// <summary>Optional text of one line.</summary>
    public static IRuleBuilderOptions<T, string?> IsOptionalLine<T>(this IRuleBuilder<T, string?> rule, int longest = Texts.LongestName) => rule
        .Must(text => text is null || text.Length <= longest).WithMessage($"at most {longest} characters")
        .Must(text => text is null || Texts.IsLine(text)).WithMessage("one line without control characters is needed");

    /// <summary>Required text of one or more lines.</summary>
    public static IRuleBuilderOptions<T, string?> IsNote<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("is needed")
        .IsOptionalNote();

    /// <summary>Optional text of one or more lines.</summary>
    public static IRuleBuilderOptions<T, string?> IsOptionalNote<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || text.Length <= Texts.LongestNote).WithMessage($"at most {Texts.LongestNote} characters")
        .Must(text => text is null || Texts.IsNote(text)).WithMessage("text without control characters is needed");

    /// <summary>A required id or code.</summary>
    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is not null).WithMessage("is needed")
        .IsOptionalName();

    /// <summary>An optional id or code.</summary>
    public static IRuleBuilderOptions<T, string?> IsOptionalName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => !string.IsNullOrWhiteSpace(text ?? "-")).WithMessage("must not be blank")
        .Must(text => text is null || text.Length <= Texts.LongestName).WithMessage($"at most {Texts.LongestName} characters")
        .Must(text => text is null || Texts.IsName(text)).WithMessage("one line other than . and .. is needed");

    public static IRuleBuilderOptions<T, string?> IsPhone<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("is needed")
        .Must(text => Texts.IsPhone(text!)).WithMessage("a phone number such as 010-0000-0000 is needed");

    public static IRuleBuilderOptions<T, string?> IsPostalCode<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is not null && Texts.IsPostalCode(text)).WithMessage("five digits are needed");

    /// <summary>Units of a product.</summary>
    public static IRuleBuilderOptions<T, int?> IsQuantity<T>(this IRuleBuilder<T, int?> rule) => rule
        .Must(quantity => quantity is >= 1 and <= Amounts.MostUnits).WithMessage($"a whole number from 1 to {Amounts.MostUnits} is needed");

    /// <summary>The maximum number of rows of a page.</summary>
    public static IRuleBuilderOptions<T, string?> IsLimit<T>(this IRuleBuilder<T, string?> rule, int largest = LargestLimit) => rule
        .Must(text => text is null || ReadLimit(text, 0) is var limit && limit >= 1 && limit <= largest)
        .WithMessage($"a whole number from 1 to {largest}");

    public static IRuleBuilderOptions<T, string?> IsCursor<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || Texts.IsCursor(text)).WithMessage("is not one that a list has answered");

    public static IRuleBuilderOptions<T, string?> IsDay<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || RequestTimes.Day(text) is not null).WithMessage(RequestTimes.DayError);

    public static IRuleBuilderOptions<T, string?> IsTime<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || RequestTimes.Time(text) is not null).WithMessage(RequestTimes.TimeError);

    /// <summary>The kebab-case name of an enumeration's value, or one of <paramref name="others"/>.</summary>
    public static IRuleBuilderOptions<T, string?> IsNameIn<T, TEnum>(this IRuleBuilder<T, string?> rule, params string[] others)
        where TEnum : struct, Enum => rule
        .Must(text => text is null || Word<TEnum>(text) is not null || others.Contains(text, StringComparer.Ordinal))
        .WithMessage($"one of {string.Join(", ", Enum.GetValues<TEnum>().Select(Word).Concat(others))}");

    /// <summary>Parses the kebab-case name of an enumeration's value; <c>null</c> for any other text.</summary>
    public static TEnum? Word<TEnum>(string? text)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(Word(value), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return null;
    }

    public static int ReadLimit(string? text, int byDefault = 50) =>
        text is null ? byDefault : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : 0;

    private static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
