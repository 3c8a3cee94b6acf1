using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderOrchestration.Tests.Operation.Observing;

/// <summary>Finds the metrics that a PromQL expression, or a file full of them, names.</summary>
internal static partial class MetricNames
{
    /// <summary>What is no metric: functions, operators, and words between them.</summary>
    private static readonly HashSet<string> Words =
    [
        "abs", "absent", "and", "avg", "bool", "by", "clamp_min", "count", "group_left", "histogram_quantile", "ignoring", "increase", "irate", "max", "min",
        "offset", "on", "or", "rate", "sum", "time", "topk", "unless", "vector", "without",
    ];

    /// <summary>The metrics of an expression; a histogram's parts count as the histogram's count.</summary>
    public static IReadOnlySet<string> Of(string expression)
    {
        var bare = Grouping().Replace(Braces().Replace(Quoted().Replace(expression, ""), ""), "");
        return Identifier().Matches(Range().Replace(bare, "")).Select(match => match.Value).Where(word => !Words.Contains(word)).ToHashSet();
    }

    /// <summary>The expressions of a Grafana dashboard.</summary>
    public static IReadOnlyList<string> Expressions(string dashboardFile)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(dashboardFile));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex("[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Identifier();
}
