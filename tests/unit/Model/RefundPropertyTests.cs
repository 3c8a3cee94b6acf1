using System.Globalization;
using CsCheck;

namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>
/// Random histories of one order, to the won: hotspots 14, 15, 15a, 15b, 19 and 24 and the approval threshold, against a model written from the
/// specification. <c>ORDER_PROPERTY_CASES</c> says how many.
/// </summary>
public sealed class RefundPropertyTests
{
    private static readonly long Cases = long.Parse(Environment.GetEnvironmentVariable("ORDER_PROPERTY_CASES") ?? "10000", CultureInfo.InvariantCulture);

    [Test]
    public void For_any_history_of_an_order_its_refunds_equal_the_models_to_the_won() => RandomOrders.Histories.Sample(
        random =>
        {
            var history = new RefundHistory(random.Order);
            try
            {
                foreach (var act in random.Acts)
                {
                    history.Play(act);
                }

                history.End();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{failure.Message}\n{history.Log}", failure);
            }
        },
        iter: Cases);
}
