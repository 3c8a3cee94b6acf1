using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.Tests.WebUi.Building;

/// <summary>The real runner, with the one program that is surely here.</summary>
public sealed class ProcessRunnerTests
{
    private readonly ProcessRunner runner = new();

    [Test]
    public async Task A_program_that_is_not_installed_is_an_answer_and_no_error() =>
        Assert.That(await runner.RunAsync("no-such-program-anywhere", [], Path.GetTempPath(), CancellationToken.None), Is.Null);

    [Test]
    public async Task What_a_program_writes_and_how_it_ends_is_kept()
    {
        var outcome = await runner.RunAsync("dotnet", ["no-such-command.dll"], Path.GetTempPath(), CancellationToken.None);

        Assert.That(outcome!.ExitCode, Is.Not.Zero);
        Assert.That(outcome.Lines, Is.Not.Empty);
    }

    [Test]
    [Platform("Unix")]
    public void A_program_is_ended_when_the_host_stops()
    {
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync("tail", ["-f", "/dev/null"], Path.GetTempPath(), stop.Token);
        stop.Cancel();

        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
    }
}
