using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>
/// What each step changes of an order: of its snapshot as it is stored, of the view that callers get (contract §1), of its ledger, of what is derived from it, and
/// of its description for operators. The expected changes are in <c>Courses.md</c>, to be read as documentation. A snapshot that is stored today is read by every
/// later version, so a difference there is a change of the stored form. Record all anew with
/// <c>ORDER_TESTS_RECORD_COURSES=$PWD/tests/unit/Orders/Courses.md dotnet test tests/unit --filter FullyQualifiedName~CourseTests</c>, and read what changed.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CourseTests
{
    private static readonly string? RecordTo = Environment.GetEnvironmentVariable("ORDER_TESTS_RECORD_COURSES");

    private static readonly Lazy<Dictionary<string, string>> Recorded = new(Read);

    private static IEnumerable<string> All => Phases.All.Concat(UnusualCourses.All.Keys);

    [TestCaseSource(nameof(All))]
    public void A_step_changes_of_an_order_what_is_recorded_of(string course) =>
        Assert.That(Describe(course), Is.EqualTo(Recorded.Value.GetValueOrDefault(course)));

    [Test]
    public void Nothing_is_recorded_of_a_course_that_is_not_played() => Assert.That(Recorded.Value.Keys, Is.EquivalentTo(All));

    [Test]
    public void Every_event_of_an_order_is_part_of_a_course() => Assert.That(
        All.SelectMany(course => UnusualCourses.At(course).Events).Select(change => change.GetType()).Distinct(),
        Is.EquivalentTo(typeof(DomainEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DomainEvent)))));

    private static Dictionary<string, string> Read()
    {
        if (RecordTo is not null)
        {
            File.WriteAllText(RecordTo, string.Concat(All.Select(Describe)));
        }

        var text = File.ReadAllText(RecordTo ?? Path.Combine(TestContext.CurrentContext.TestDirectory, "Orders", "Courses.md"));
        return text.Split("# ", StringSplitOptions.RemoveEmptyEntries).ToDictionary(part => part[..part.IndexOf('\n', StringComparison.Ordinal)], part => "# " + part);
    }

    private static string Describe(string course)
    {
        var earlier = UnusualCourses.All.TryGetValue(course, out var unusual) ? unusual.From : Phases.Before[course];
        var order = UnusualCourses.At(course);
        var before = earlier is null ? null : UnusualCourses.At(earlier);
        var changes = Changes(before is null ? [] : Properties(before.Order), Properties(order.Order));
        return $"""
            # {course}

            From {earlier ?? "the start"}: {string.Join(", ", order.Events.Skip(before?.Events.Count ?? 0).Select(change => change.GetType().Name))}

            > {OrderDescription.Of(order.Order).ReplaceLineEndings("\n> ")}

            ```text
            {string.Join('\n', changes)}
            ```


            """;
    }

    private static IEnumerable<string> Changes(SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        foreach (var path in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (was, becomes) = (before.GetValueOrDefault(path), after.GetValueOrDefault(path));
            if (was != becomes)
            {
                yield return was is null ? $"{path} = {becomes}" : $"{path} = {becomes ?? "(gone)"}, was {was}";
            }
        }
    }

    /// <summary>Every value of an order and of what is computed from it, by its path.</summary>
    private static SortedDictionary<string, string> Properties(Order order)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("snapshot", Snapshot(order));
        Add("view", JsonSerializer.SerializeToNode(order.View(), OrderJson.Options));
        Add("derived", JsonSerializer.SerializeToNode(Derived(order), OrderJson.Options));
        return values;

        void Add(string path, JsonNode? node)
        {
            switch (node)
            {
                case null:
                    break;
                case JsonObject properties:
                    foreach (var (name, value) in properties)
                    {
                        Add($"{path}.{name}", value);
                    }

                    break;
                case JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        Add($"{path}[{i}]", items[i]);
                    }

                    break;
                default:
                    values[path] = node.ToString();
                    break;
            }
        }
    }

    /// <summary>What is stored of an order, without what was put into it: the request, the policies and the teams' facts.</summary>
    private static JsonObject Snapshot(Order order)
    {
        var snapshot = JsonSerializer.SerializeToNode(order, OrderJson.Options)!.AsObject();
        foreach (var input in new[] { "request", "policies", "facts" })
        {
            snapshot.Remove(input);
        }

        return snapshot;
    }

    private static object Derived(Order order) => new
    {
        order.Customer,
        order.Birthday,
        order.EndReason,
        order.IsPlaced,
        order.IsBeingPlaced,
        order.IsAtRest,
        order.HasHoldings,
        order.HasOpenReturn,
        order.IsPaymentExhausted,
        order.LastDeliveryAt,
        ReturnableForTheSellersFaultUntil = order.ReturnableUntil(sellersFault: true),
        order.CardLeft,
        order.PointsLeft,
        order.AccruedLeft,
        order.CardTakenOff,
        ForeignRefunded = order.Payments.Select(attempt => order.ForeignRefunded(attempt.Number)),
        Refunded = order.Payments.Select(attempt => order.RefundedBy(attempt.Number)),
        Charged = order.Payments.Select(attempt => order.ChargedBy(attempt.Number)),
        Units = order.Quote is null ? null : new { order.StockLines, order.PreOrderLines, order.LinesLeft, order.LinesRetained, order.PaidForRetained },
        order.WhatCompensationGivesBack,
        order.LedgerTotals,
    };
}
