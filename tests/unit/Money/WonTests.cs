using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using static OrderOrchestration.Tests.Unit.Given;
using Amount = OrderOrchestration.Workflows.Money.Won;

namespace OrderOrchestration.Tests.Unit.Money;

/// <summary>Amounts are whole won, their arithmetic is checked, and a rate rounds down (domain §1).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WonTests
{
    private static readonly Amount Most = Won(long.MaxValue);
    private static readonly Amount Least = Won(long.MinValue);

    [Test]
    public void Named_methods_and_operators_compute_the_same()
    {
        Assert.That(
            (Amount.Add(Won(7), Won(3)), Amount.Subtract(Won(7), Won(3)), Amount.Multiply(Won(7), 3), Amount.Negate(Won(7))),
            Is.EqualTo((Won(10), Won(4), Won(21), Won(-7))));
        Assert.That((Won(7) + Won(3), Won(7) - Won(3), Won(7) * 3, -Won(7)), Is.EqualTo((Won(10), Won(4), Won(21), Won(-7))));
    }

    [Test]
    public void A_result_beyond_a_long_is_an_error_and_never_another_amount()
    {
        Assert.That(() => Most + Won(1), Throws.TypeOf<OverflowException>());
        Assert.That(() => Least - Won(1), Throws.TypeOf<OverflowException>());
        Assert.That(() => -Least, Throws.TypeOf<OverflowException>());
        Assert.That(() => Most * 2, Throws.TypeOf<OverflowException>());
        Assert.That(() => Most.AtRate(2m), Throws.TypeOf<OverflowException>());
    }

    [TestCase(1, 2, -1)]
    [TestCase(2, 2, 0)]
    [TestCase(3, 2, 1)]
    public void Amounts_are_compared_by_their_won(long left, long right, int order)
    {
        var (a, b) = (Won(left), Won(right));

        Assert.That(a < b, Is.EqualTo(order < 0));
        Assert.That(a > b, Is.EqualTo(order > 0));
        Assert.That(a <= b, Is.EqualTo(order <= 0));
        Assert.That(a >= b, Is.EqualTo(order >= 0));
        Assert.That(a.CompareTo(b), Is.EqualTo(order));
        Assert.That(
            (Amount.Min(a, b), Amount.Max(a, b)),
            Is.EqualTo((Won(Math.Min(left, right)), Won(Math.Max(left, right)))));
    }

    [TestCase(999, 0.5, 499)]
    [TestCase(-999, 0.5, -500)]
    [TestCase(1_000, 0.05, 50)]
    public void A_rate_rounds_down_to_the_won(long amount, double rate, long expected) =>
        Assert.That(Won(amount).AtRate((decimal)rate), Is.EqualTo(Won(expected)));

    [Test]
    public void An_amount_reads_as_won_in_texts() => Assert.That(Won(1_234_567).ToString(), Is.EqualTo("1,234,567 won"));

    [Test]
    public void On_the_wire_an_amount_is_an_integer()
    {
        Assert.That(JsonSerializer.Serialize(Won(1_234), OrderJson.Options), Is.EqualTo("1234"));
        Assert.That(JsonSerializer.Deserialize<Amount>("1234", OrderJson.Options), Is.EqualTo(Won(1_234)));
    }

    [TestCase("1.5")]
    [TestCase("1e30")]
    [TestCase("\"1234\"")]
    [TestCase("null")]
    [TestCase("true")]
    public void On_the_wire_anything_else_is_refused(string json) => Assert.That(
        () => JsonSerializer.Deserialize<Amount>(json, OrderJson.Options),
        Throws.TypeOf<JsonException>().With.Message.EqualTo("an amount of money is an integer number of won"));
}
