using System.Text.Json;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Night;

/// <summary>A query of a dashboard.</summary>
internal sealed record DashboardPanel(string Title, string Expression)
{
    /// <summary>Those of all dashboards.</summary>
    public static IReadOnlyList<DashboardPanel> All { get; } =
        [.. Directory.GetFiles(Repository.File("deploy", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal).SelectMany(Of)];

    public static DashboardPanel Find(string title) => All.First(panel => panel.Title == title);

    /// <summary>As Grafana sends it, with rates over this time.</summary>
    public string Over(string time) => Expression.Replace("$__rate_interval", time, StringComparison.Ordinal);

    private static IEnumerable<DashboardPanel> Of(string file)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
               from target in panel.GetProperty("targets").EnumerateArray()
               select new DashboardPanel(panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!),
        ];
    }
}
