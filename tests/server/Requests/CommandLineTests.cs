using EmbeddedTemporal;
using EmbeddedTemporal.Common;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>The command lines of both official programs are understood.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public class CommandLineTests
{
    [Test]
    public void The_development_servers_flags_are_taken_and_unknown_ones_passed_over()
    {
        var options = CommandLine.Parse(
        [
            "server", "start-dev", "--port", "1234", "--namespace", "orders", "--ip", "127.0.0.1", "--headless", "--log-format", "json", "--log-level", "warn",
            "--db-filename", "orders.db", "--ui-port=5678", "--search-attribute", "OrderStatus=Keyword", "--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=50",
            "--dynamic-config-value", "limit.blobSize.error=1000", "--dynamic-config-value", "limit.blobSize.warn=100", "--some-new-flag", "value",
        ]);
        Assert.That(options.Port, Is.EqualTo(1234));
        Assert.That(options.UiPort, Is.EqualTo(5678));
        Assert.That(options.DatabaseFile, Is.EqualTo("orders.db"));
        Assert.That(options.Namespaces, Does.Contain("orders").And.Contain("default"));
        Assert.That(options.SearchAttributes["OrderStatus"], Is.EqualTo(IndexedValueType.Keyword));
        Assert.That((options.Limits.SuggestContinueAsNewEvents, options.Limits.BlobBytes, options.Limits.BlobWarnBytes), Is.EqualTo((50, 1000, 100)));
        Assert.That(options.TimeSkipping, Is.False);
    }

    [Test]
    public void Settings_of_versions_and_fairness_are_taken()
    {
        var limits = CommandLine.Parse([
            "server", "start-dev",
            "--dynamic-config-value", "matching.wv.VersionDrainageStatusVisibilityGracePeriod=\"1m30s\"",
            "--dynamic-config-value", "matching.wv.VersionDrainageStatusRefreshInterval=500ms",
            "--dynamic-config-value", "matching.maxDeployments=1",
            "--dynamic-config-value", "matching.maxVersionsInDeployment=2",
            "--dynamic-config-value", "matching.maxVersionsInTaskQueue=3",
            "--dynamic-config-value", "matching.maxTaskQueuesInDeploymentVersion=4",
            "--dynamic-config-value", "frontend.workerVersioningDataAPIs=true",
            "--dynamic-config-value", "matching.enableFairness=false",
        ]).Limits;
        Assert.That(limits.Deployments, Is.EqualTo(new DeploymentLimits
        {
            DrainageGrace = TimeSpan.FromSeconds(90),
            DrainageRefresh = TimeSpan.FromMilliseconds(500),
            Deployments = 1,
            VersionsPerDeployment = 2,
            VersionsPerQueue = 3,
            QueuesPerVersion = 4,
        }));
        Assert.That((limits.VersionSets, limits.Fairness), Is.EqualTo((true, false)));
    }

    [Test]
    public void The_test_servers_flags_are_taken()
    {
        var options = CommandLine.Parse(["4321", "--enable-time-skipping"]);
        Assert.That(options.Port, Is.EqualTo(4321));
        Assert.That(options.TimeSkipping, Is.True);
    }

    [TestCase("--port", "many")]
    [TestCase("--port", "70000")]
    [TestCase("--dynamic-config-value", "matching.enableFairness=perhaps")]
    [TestCase("--dynamic-config-value", "matching.maxDeployments=many")]
    [TestCase("--dynamic-config-value", "matching.wv.VersionDrainageStatusRefreshInterval=soon")]
    [TestCase("--search-attribute", "OrderStatus")]
    [TestCase("--search-attribute", "OrderStatus=Poem")]
    public void A_value_that_does_not_fit_is_refused_by_its_flags_name(string flag, string value) =>
        Assert.That(() => CommandLine.Parse([flag, value]), Throws.TypeOf<FormatException>().With.Message.Contains(flag).And.Message.Contains(value));
}
