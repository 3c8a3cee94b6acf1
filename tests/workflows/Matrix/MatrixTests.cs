using OrderOrchestration.Tests.Workflows.Harness;

namespace OrderOrchestration.Tests.Workflows.Matrix;

/// <summary>
/// Invariant 7 (domain §5) as one table: each team away, at each stage of an order, for each command of a person. Every answer comes within two seconds;
/// what does not need the team goes on; once it is back every order ends and balances. The table is a page of the documentation: a change of it is seen in review.
/// </summary>
[NonParallelizable]
public sealed class MatrixTests
{
    private const string Page = "docs/processes/teams-away.md";

    [Test]
    public async Task With_any_team_away_every_request_is_answered_and_every_order_ends_balanced()
    {
        await using var harness = await OrderHarness.StartAsync();
        var seen = new Dictionary<Absence, IReadOnlyDictionary<(Stage Stage, MatrixCommand? MatrixCommand), Cell>>();
        foreach (var absence in Absence.All)
        {
            var pass = new MatrixPass(harness, absence, absence == Absence.Nobody ? null : IsAdmitted);
            await pass.RunAsync();
            seen[absence] = pass.Cells;
            await TestContext.Out.WriteLineAsync($"{absence} away: {pass.Cells.Count} cells, {pass.Orders} orders, slowest answer {pass.Slowest.TotalMilliseconds:F0} ms");
        }

        var rows = MatrixTable.Rows(seen);
        await TestContext.Out.WriteLineAsync(string.Join('\n', rows));
        Assert.That(rows, Is.EqualTo(await DocumentedAsync()), $"the table of {Page}; the one seen now is in the test's output");

        bool IsAdmitted(Stage stage, MatrixCommand ask) => seen[Absence.Nobody].TryGetValue((stage, ask), out var cell) && cell.IsAccepted;
    }

    private static async Task<IReadOnlyList<string>> DocumentedAsync()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "OrderOrchestration.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(root, Page));
        return [.. lines.Where(line => line.StartsWith('|'))];
    }
}
