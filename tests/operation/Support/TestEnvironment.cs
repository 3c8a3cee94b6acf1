using EmbeddedTemporal;
using EmbeddedTemporal.Common;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>What our programs find where they are deployed: a Temporal server and the other teams, seen through <see cref="RecordingTeams"/>.</summary>
internal sealed class TestEnvironment : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("orders-operation-");

    private TestEnvironment(EmbeddedTemporalServer temporal, PartnersServer partners, RecordingTeams teams)
    {
        Temporal = temporal;
        Partners = partners;
        Teams = teams;
    }

    public EmbeddedTemporalServer Temporal { get; }

    public PartnersServer Partners { get; }

    public RecordingTeams Teams { get; }

    public string Folder => directory.FullName;

    public static async Task<TestEnvironment> StartAsync(StepDelay? pace = null, ServerLimits? limits = null)
    {
        var temporal = await EmbeddedTemporalServer.StartAsync(new EmbeddedTemporalOptions { Limits = limits ?? new() });
        var partners = await PartnersServer.StartAsync(new PartnersOptions { StepDelay = pace ?? StepDelay.Instant });
        return new TestEnvironment(temporal, partners, await RecordingTeams.StartAsync(partners.Address));
    }

    /// <summary>The environment variables with the addresses that a program needs.</summary>
    public Dictionary<string, string?> Environment(params (string Name, string? Value)[] others)
    {
        var environment = new Dictionary<string, string?>
        {
            ["TEMPORAL_ADDRESS"] = Temporal.TargetHost,
            ["Data__Directory"] = Folder,
        };
        foreach (var team in Enum.GetValues<Team>())
        {
            environment[$"Partners__{team}__BaseUrl"] = Teams.Address + new Uri(Partners.BaseUrl(team)).AbsolutePath;
            environment[$"Partners__{team}__WebhookSecret"] = Partners.WebhookSecret(team);
        }

        foreach (var (name, value) in others)
        {
            environment[name] = value;
        }

        return environment;
    }

    public async ValueTask DisposeAsync()
    {
        await Teams.DisposeAsync();
        await Partners.DisposeAsync();
        await Temporal.DisposeAsync();
        directory.Delete(recursive: true);
    }
}
