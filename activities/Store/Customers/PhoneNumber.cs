namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>Normalises phone numbers: <c>010-1111-0001</c>, <c>010 1111 0001</c> and <c>+82 10-1111-0001</c> are the same number.</summary>
public static class PhoneNumber
{
    private const string Korea = "82";

    /// <summary>The digits in the national form; empty if there are none.</summary>
    public static string Normalise(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return text.TrimStart().StartsWith('+') && digits.StartsWith(Korea, StringComparison.Ordinal)
            ? "0" + digits[Korea.Length..].TrimStart('0')
            : digits;
    }
}
