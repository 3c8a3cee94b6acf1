using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Figures;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Activities.Subscribers;

namespace OrderOrchestration.Tests.Storage.Plans;

/// <summary>
/// A frequent call uses the index that is there for it, on both databases, and a number of statements that does not grow with its answer.
/// The plans are those of the statements that the store ran, on tables as months of business leave them.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
[NonParallelizable]
public sealed partial class QueryPlanTests(DatabaseKind kind) : StoreFixture(kind)
{
    private const int Page = 50;
    private const int Few = 100;

    /// <summary>Tables that stay small, or of which a query names one row: a full scan is the fastest plan.</summary>
    private static readonly string[] Small =
        ["feed_base", "event_subscribers", "settlement_attention", "begun_days", "closed_days", "settled_days", "unpaid_statements", "taken_carts", "queue", "newer", "part"];

    private static readonly DateOnly Day = new(2026, 1, 12);
    private WatchedDialect dialect = null!;
    private ServiceProvider program = null!;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        dialect = new WatchedDialect(
            Configuration.GetConnectionString("Orders") is { } postgreSql
                ? PostgreSqlDialect.For(postgreSql, "orders")
                : SqliteDialect.For(Path.Combine(Configuration["Data:Directory"]!, "orders.db")));
        program = new ServiceCollection()
            .AddOrderStore(Configuration)
            .AddSingleton(new OrderDatabase(dialect, upgradesItself: true))
            .AddSingleton<IReadOnlyList<Subscriber>>([new Subscriber("erp", new Uri("http://erp.test/"), [], EventTypeFilter.Of(["*"]))])
            .AddSingleton<FigureQueries>()
            .BuildServiceProvider();
        await program.GetRequiredService<OrderDatabase>().EnsureReadyAsync(default);
        await using var connection = await ConnectAsync(Configuration);
        await FilledDatabase.FillAsync(connection);
    }

    [OneTimeTearDown]
    public ValueTask EndAsync() => program.DisposeAsync();

    [TestCaseSource(nameof(Calls))]
    public async Task A_hot_query_goes_by_its_index(HotCall hot)
    {
        var statements = await dialect.WatchAsync(() => hot.Call(program));
        var plans = string.Join("\n\n", statements.Select(statement => $"{statement.Sql}\n{statement.Plan}"));

        foreach (var index in hot.Indexes)
        {
            Assert.That(statements.Any(statement => index.Split('|').Any(either => Uses(statement.Plan, either))), Is.True, $"{index} is used in\n{plans}");
        }

        Assert.That(statements.SelectMany(statement => ReadWhole(statement.Plan)).Except(Small), Is.Empty, () => "read whole in\n" + plans);
        Assert.That(statements.Any(statement => Sorts(statement.Plan, hot.SortsFew)), Is.False, () => "sorted in\n" + plans);
        Assert.That(statements, Has.Count.LessThanOrEqualTo(hot.AtMost), plans);
    }

    public static IEnumerable<TestCaseData> Calls() => HotCalls.All(Day, Page).Select(hot => new TestCaseData(hot).SetArgDisplayNames(hot.Name));

    private static bool Uses(string plan, string index) => plan.Contains(index, StringComparison.Ordinal)
        || (index.EndsWith("_pkey", StringComparison.Ordinal)
            && (plan.Contains($"sqlite_autoindex_{index[..^"_pkey".Length]}_1", StringComparison.Ordinal) || plan.Contains("INTEGER PRIMARY KEY", StringComparison.Ordinal)));

    private static IEnumerable<string> ReadWhole(string plan) =>
        Whole().Matches(plan).Select(match => match.Groups[1].Value + match.Groups[2].Value);

    // PostgreSQL says how many rows it expects to sort; SQLite does not, so there each sort has to be allowed.
    private static bool Sorts(string plan, bool allowed) => SortedRows().Matches(plan).Any(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) > Few)
        || (!allowed && plan.Contains("USE TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));

    [GeneratedRegex(@"Seq Scan on (\w+)|^SCAN (\w+)(?! USING)(?: AS \w+)?$", RegexOptions.Multiline)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\bSort  \(.*?rows=(\d+)")]
    private static partial Regex SortedRows();
}
