namespace OrderOrchestration.Api.Validation;

/// <summary>Bounds of numbers in requests, chosen so that products and sums of them fit into 64 bits.</summary>
internal static class Amounts
{
    /// <summary>Maximum units of one product in an order, a cart or a refund.</summary>
    public const int MostUnits = 10_000;

    /// <summary>Maximum lines of a body. The maximum number of products of an order is a policy.</summary>
    public const int MostLines = 1_000;

    /// <summary>Maximum amount of money in a request, won: a trillion (1조 원).</summary>
    public const long MostWon = 1_000_000_000_000;

    /// <summary>Whether price times quantity is at most <see cref="MostWon"/>, computed without overflow.</summary>
    public static bool IsPayable(long unitPrice, int quantity) => unitPrice >= 0 && (Int128)unitPrice * quantity <= MostWon;
}
