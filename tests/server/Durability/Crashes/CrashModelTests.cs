using System.Globalization;
using CsCheck;
using EmbeddedTemporal.Persistence;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>
/// Random stories with power failures between any two commits, held against a ledger of what was acknowledged. A failure prints its seed and
/// the smallest scenario found; <c>CRASH_MODEL_SECONDS</c> makes them run longer, <c>CsCheck_Seed</c> runs one again.
/// </summary>
[TestFixture]
public class CrashModelTests
{
    private const int Seconds = 7;

    [TestCase(false, TestName = "Whenever_the_power_fails_what_was_acknowledged_is_there_once (in memory)")]
    [TestCase(true, TestName = "Whenever_the_power_fails_what_was_acknowledged_is_there_once (SQLite)")]
    public Task Whenever_the_power_fails_what_was_acknowledged_is_there_once(bool durable)
    {
        var seconds = Environment.GetEnvironmentVariable("CRASH_MODEL_SECONDS") is { } asked ? int.Parse(asked, CultureInfo.InvariantCulture) : Seconds;
        return CrashStep.Stories.SampleAsync(
            scenario => RunScenarioAsync(scenario, durable), TestContext.Progress.WriteLine, time: seconds, threads: 1, print: scenario => string.Join(' ', scenario));
    }

    private static async Task RunScenarioAsync(List<CrashStep> scenario, bool durable)
    {
        using var database = new DatabaseFile();
        var disk = durable ? null : new InMemoryStore();
        await using var harness = await CrashHarness.CreateAsync(() =>
            disk is null ? new CrashingStore(SqliteStore.Open(database.Path), closesDisk: true) : new CrashingStore(disk, closesDisk: false));
        await harness.RunAsync(scenario);
        await harness.VerifyAsync();
    }
}
