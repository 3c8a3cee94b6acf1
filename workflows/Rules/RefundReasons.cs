namespace OrderOrchestration.Workflows.Rules;

/// <summary>Reasons of returns (domain §4, hotspots 15 and 19): the reason decides who bears the cost.</summary>
public static class RefundReasons
{
    /// <summary>단순 변심.</summary>
    public const string ChangeOfMind = "change-of-mind";

    /// <summary>상품 불량.</summary>
    public const string Defective = "defective";

    /// <summary>오배송.</summary>
    public const string WrongItem = "wrong-item";

    /// <summary>배송 불가: the goods came back without a request of the customer.</summary>
    public const string Undeliverable = "undeliverable";

    /// <summary>부분 취소 before dispatch: priced like a change of mind, without the return fee.</summary>
    public const string PartialCancellation = "partial-cancellation";

    /// <summary>The reasons a person may give.</summary>
    public static IReadOnlyList<string> OfCustomers { get; } = [ChangeOfMind, Defective, WrongItem];

    public static bool IsSellersFault(string reason) => reason is Defective or WrongItem or Undeliverable;
}
