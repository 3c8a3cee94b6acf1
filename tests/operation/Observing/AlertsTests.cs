using System.Diagnostics;
using OrderOrchestration.Tests.Operation.Support;

namespace OrderOrchestration.Tests.Operation.Observing;

/// <summary>The alert rules hold to their own unit tests, and each has a page that says what to do.</summary>
public sealed class AlertsTests
{
    private static readonly string Folder = Repository.File("deploy", "prometheus");

    [TestCase("check", "rules", "orders.rules.yaml")]
    [TestCase("test", "rules", "orders.rules.test.yaml")]
    public async Task Prometheus_own_tool_accepts_the_rules(params string[] arguments)
    {
        var start = new ProcessStartInfo("promtool", arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var promtool = Start(start);
        var output = promtool.StandardOutput.ReadToEndAsync();
        var errors = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();

        Assert.That(promtool.ExitCode, Is.Zero, await output + errors);
    }

    [TestCaseSource(nameof(Alerts))]
    public void An_alert_has_a_runbook_a_severity_and_tests_both_ways(string name)
    {
        var alert = AlertRules.All.Single(rule => rule.Alert == name);
        var tests = File.ReadAllText(Path.Combine(Folder, "orders.rules.test.yaml"));

        Assert.That(alert.Labels["severity"], Is.AnyOf("page", "ticket"));
        Assert.That(File.Exists(Repository.File(alert.Annotations["runbook"].Split('/'))), Is.True, alert.Annotations["runbook"]);
        Assert.That(tests, Does.Contain($"name: {name} is raised").And.Contain($"name: {name} is not raised"));
    }

    [Test]
    public void A_runbook_belongs_to_an_alert()
    {
        var pages = Directory.GetFiles(Repository.File("docs", "operations", "alerts"), "*.md").Select(Path.GetFileNameWithoutExtension);

        Assert.That(pages, Is.EquivalentTo(AlertRules.All.Select(rule => rule.Alert)));
    }

    private static IEnumerable<string> Alerts() => AlertRules.All.Select(rule => rule.Alert);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            MissingProgram.Report("promtool is not installed here (Debian: prometheus).");
            throw;
        }
    }
}
