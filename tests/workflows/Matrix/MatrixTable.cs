namespace OrderOrchestration.Tests.Workflows.Matrix;

/// <summary>The matrix as a table of a document: a row for what a stage admits, one for what it refuses, one for how far the others bring it.</summary>
internal static class MatrixTable
{
    public static IReadOnlyList<string> Rows(IReadOnlyDictionary<Absence, IReadOnlyDictionary<(Stage Stage, MatrixCommand? MatrixCommand), Cell>> seen) =>
    [
        $"| stage | asked for | {string.Join(" | ", Absence.All.Select(absence => $"{absence} away"))} |",
        $"|---|---|{string.Concat(Absence.All.Select(_ => "---|"))}",
        .. Stage.All.SelectMany(stage => Rows(stage, seen)),
    ];

    private static IEnumerable<string> Rows(Stage stage, IReadOnlyDictionary<Absence, IReadOnlyDictionary<(Stage Stage, MatrixCommand? MatrixCommand), Cell>> seen)
    {
        var refused = MatrixCommand.All.Where(ask => seen.Values.All(cells => !cells.TryGetValue((stage, ask), out var cell) || cell.Answer == Refusal(stage, ask, seen))).ToList();
        foreach (var ask in MatrixCommand.All.Except(refused))
        {
            yield return Row(stage, ask.Name, absence => seen[absence].GetValueOrDefault((stage, ask))?.ToString());
        }

        yield return Row(stage, "*nothing*: the others go on", absence => seen[absence].GetValueOrDefault((stage, null))?.ToString());
        foreach (var why in refused.GroupBy(ask => Refusal(stage, ask, seen)).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            yield return Row(stage, string.Join(", ", why), absence => seen[absence].ContainsKey((stage, why.First())) ? $"`{why.Key}`" : null);
        }
    }

    /// <summary>The refusal that is the same whichever team is away.</summary>
    private static string? Refusal(Stage stage, MatrixCommand ask, IReadOnlyDictionary<Absence, IReadOnlyDictionary<(Stage Stage, MatrixCommand? MatrixCommand), Cell>> seen) =>
        seen.Values.Select(cells => cells.GetValueOrDefault((stage, ask))).FirstOrDefault(cell => cell is not null) is { IsAccepted: false } first ? first.Answer : null;

    /// <summary>A cell that says the same as the first column is <c>=</c>; one that cannot be reached is a dash.</summary>
    private static string Row(Stage stage, string asked, Func<Absence, string?> cell)
    {
        var first = cell(Absence.Nobody);
        var others = Absence.All.Skip(1).Select(cell).Select(text => text is null ? "—" : text == first ? "=" : text);
        return $"| {stage} | {asked} | {first ?? "—"} | {string.Join(" | ", others)} |";
    }
}
