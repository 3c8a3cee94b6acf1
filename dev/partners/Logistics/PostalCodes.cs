using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Logistics;

/// <summary>Serviceability by postal code: 99999 and 00xxx are not served; Jeju (63xxx) and Ulleung (40200–40240) are remote.</summary>
internal static class PostalCodes
{
    /// <summary>A code that is not served, for tests of <c>undeliverable-address</c>.</summary>
    public const string Unserved = "99999";

    public static Serviceability Of(string postalCode)
    {
        if (postalCode.Length != 5 || !postalCode.All(char.IsAsciiDigit))
        {
            throw RefusalException.Invalid("postalCode is five digits");
        }

        var deliverable = postalCode != Unserved && !postalCode.StartsWith("00", StringComparison.Ordinal);
        var remote = postalCode.StartsWith("63", StringComparison.Ordinal) || string.CompareOrdinal(postalCode, "40200") >= 0
            && string.CompareOrdinal(postalCode, "40240") <= 0;
        return new Serviceability(deliverable, remote);
    }
}
