namespace OrderOrchestration.Api.Validation;

/// <summary>Bounds of numbers from outside, chosen so that no product or sum of them leaves 64 bits.</summary>
internal static class Amounts
{
    /// <summary>Most units of one product in an order, a cart or a refund.</summary>
    public const int MostUnits = 10_000;

    /// <summary>Most lines that a body may list; how many products an order may hold is a policy.</summary>
    public const int MostLines = 1_000;

    /// <summary>The largest amount of money that anybody may ask for or name, won: a trillion (1조 원).</summary>
    public const long MostWon = 1_000_000_000_000;

    /// <summary>Whether units at a price make an amount that can be paid: not above <see cref="MostWon"/>, and no overflow.</summary>
    public static bool IsPayable(long unitPrice, int quantity) => unitPrice >= 0 && (Int128)unitPrice * quantity <= MostWon;
}
