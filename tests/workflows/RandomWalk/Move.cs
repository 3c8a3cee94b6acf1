using CsCheck;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.RandomWalk;

/// <summary>One move of a random walk: a command, steps of the teams, time that passes, or a team that fails some calls.</summary>
internal abstract record Move
{
    public sealed record Pay(string Method) : Move;

    public sealed record CancelPayment : Move;

    public sealed record Cancel(bool ByOperator) : Move;

    public sealed record ChangeAddress(string PostalCode) : Move;

    public sealed record Confirm : Move;

    /// <param name="Line">Which line; absent: all units that are left.</param>
    public sealed record Refund(string Reason, int? Line, bool? ReturnRequired) : Move;

    public sealed record Exchange(string Reason, int Line) : Move;

    public sealed record Decide(bool Approved) : Move;

    public sealed record StopSale(int Line) : Move;

    public sealed record TeamsAct(int Steps) : Move;

    public sealed record Pass(TimeSpan Time) : Move;

    public sealed record Falter(int Calls, bool AnswersAreLost) : Move;
}

/// <summary>An order's whole history before it happens.</summary>
internal sealed record History(string Goods, string Method, string Note, bool PaysLater, IReadOnlyList<Move> Moves)
{
    private static readonly string[] Methods =
    [
        "card", "card", "card", "card", "card", "card", "card-insufficient-balance", "card-no-answer", "card-no-webhook", "card-too-late-to-cancel", "card-approved-after-cancel",
        "card-timed-out", "card-customer-cancel", "card-slow-refund", "card-slow-refund",
    ];

    private static readonly string[] Notes = ["", "", "", "#absent-twice", "#wrong-address", "#returned", "#unstoppable", "#postponed", "#late-scan"];

    private static readonly string[] Reasons = [RefundReasons.ChangeOfMind, RefundReasons.Defective, RefundReasons.WrongItem];

    private static readonly Gen<string> AnyMethod = Gen.Int[0, Methods.Length - 1].Select(i => Methods[i]);

    private static readonly Gen<string> AnyReason = Gen.Int[0, 2].Select(i => Reasons[i]);

    private static readonly Gen<Move> AnyMove = Gen.Frequency(
        (8, Gen.Int[1, 8].Select(Move (steps) => new Move.TeamsAct(steps))),
        (2, AnyMethod.Select(Move (method) => new Move.Pay(method))),
        (1, Gen.Const<Move>(new Move.CancelPayment())),
        (1, Gen.Bool.Select(Move (byOperator) => new Move.Cancel(byOperator))),
        (1, Gen.Bool.Select(Move (near) => new Move.ChangeAddress(near ? "48058" : "99999"))),
        (2, Gen.Const<Move>(new Move.Confirm())),
        (4, Gen.Select(AnyReason, Gen.Int[-1, 1], Gen.Int[0, 2], Move (reason, line, required) =>
            new Move.Refund(reason, line < 0 ? null : line, required == 0 ? null : required == 1))),
        (2, Gen.Select(AnyReason, Gen.Int[0, 1], Move (reason, line) => new Move.Exchange(reason, line))),
        (2, Gen.Bool.Select(Move (approved) => new Move.Decide(approved))),
        (1, Gen.Int[0, 1].Select(Move (line) => new Move.StopSale(line))),
        (3, Gen.Int[0, 4].Select(Move (i) => new Move.Pass(new[] { 1, 6, 26, 60 * 24, 60 * 24 * 8 }[i] * TimeSpan.FromMinutes(1)))),
        (2, Gen.Select(Gen.Int[1, 5], Gen.Bool, Move (calls, lost) => new Move.Falter(calls, lost))));

    public static Gen<History> Any { get; } = Gen.Select(
        Gen.Int[0, 5].Select(i => new[] { "combined", "plain", "two-parcels", "points-only", "pre-order", "bags" }[i]),
        AnyMethod,
        Gen.Int[0, Notes.Length - 1].Select(i => Notes[i]),
        Gen.Int[0, 4].Select(one => one == 0),
        Gen.Int[0, 2].Select(one => one == 0 ? Array.Empty<Move>() : [new Move.TeamsAct(one * 8)]),
        AnyMove.Array[4, 16],
        (goods, method, note, paysLater, first, moves) => new History(goods, method, note, paysLater, [.. first, .. moves]));

    public OrderRequest Request(string orderId, string memberId)
    {
        var plain = Requests.Plain(orderId) with { MemberId = memberId, DeliveryNote = Note, Payment = PaysLater ? null : new PaymentChoice(Method) };
        return Goods switch
        {
            "combined" => plain with { Lines = [new LineQuantity("p-100", 2)], CouponCode = "EVERY3", Points = new Won(4_000) },
            "two-parcels" => plain with { Lines = [new LineQuantity("p-603", 2), new LineQuantity("p-103", 1)], CouponCode = "EVERY3", Points = new Won(1_000) },
            "points-only" => plain with { Points = new Won(33_000) },
            "pre-order" => plain with { Lines = [new LineQuantity("p-400", 1), new LineQuantity("p-101", 1)], Points = new Won(500) },
            "bags" => plain with { Lines = [new LineQuantity("p-202", 3)], Points = new Won(3_000) },
            _ => plain,
        };
    }

    public override string ToString() =>
        $"{Goods} by {(PaysLater ? "nothing yet" : Method)} '{Note}': {string.Join("; ", Moves.Select(move => move.ToString()))}";
}
