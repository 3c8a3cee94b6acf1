using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OrderOrchestration.DevHost;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Operation.Observing;
using OrderOrchestration.Tests.Operation.Support;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Operation.Programs;

/// <summary>Performs <c>docs/operations/backup.md</c>: orders in flight go on after their database was restored from a backup.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BackupTests
{
    private readonly CancellationTokenSource timeout = new(TimeSpan.FromMinutes(4));
    private TestEnvironment environment = null!;

    [SetUp]
    public async Task StartAsync() => environment = await TestEnvironment.StartAsync(StepDelay.Manual);

    [TearDown]
    public async Task StopAsync()
    {
        await environment.DisposeAsync();
        timeout.Dispose();
    }

    [Test]
    public async Task Orders_in_flight_go_on_in_a_database_that_was_brought_back_from_a_backup()
    {
        var (original, restored) = (PrivatePostgreSql.NewDatabase(), PrivatePostgreSql.NewDatabase());
        var dump = Path.Combine(environment.Folder, "orders.dump");
        string orderId, afterwards;
        await using (var before = await StartAsync(original))
        {
            using var customer = await DemoOrder.ClientAsync(before.Endpoints.Api, timeout.Token);
            orderId = await DemoOrder.PlaceAsync(customer, timeout.Token);
            await environment.Teams.CallAsync("POST", "/payments", timeout.Token);
            await RunAsync("pg_dump", original, "--format=custom", "--no-owner", $"--file={dump}");
            afterwards = await DemoOrder.PlaceAsync(customer, timeout.Token);
        }

        await RunAsync("pg_restore", restored, "--no-owner", "--exit-on-error", "--single-transaction", $"--dbname={new NpgsqlConnectionStringBuilder(restored).Database}", dump);
        await DropAsync(original);
        await using (var migration = ProgramProcess.Worker(environment.Environment(("ConnectionStrings__Orders", restored)), "migrate"))
        {
            Assert.That(await migration.ExitCodeAsync(), Is.Zero, migration.Output);
            Assert.That(migration.Output, Does.Contain("is up to date").And.Not.Contain("applied"), "the backup is of this version");
        }

        await using var after = await StartAsync(restored);
        using var again = await DemoOrder.ClientAsync(after.Endpoints.Api, timeout.Token);
        Assert.That(await DemoOrder.StatusAsync(again, orderId, timeout.Token), Is.EqualTo("awaiting-payment"));
        Assert.That(await DemoOrder.StatusAsync(again, afterwards, timeout.Token), Is.Null, "it was placed after the backup, and nothing has happened to it since");
        using var acts = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var each in new[] { orderId, afterwards })
        {
            while (await DemoOrder.StatusAsync(again, each, timeout.Token) != "delivered")
            {
                environment.Partners.Steps.RunAll();
                await acts.WaitForNextTickAsync(timeout.Token);
            }
        }

        Assert.That(await ReconcileAsync(after.Endpoints.Api), Is.EqualTo("completed"));
        Assert.That(environment.Partners.Books.Imbalances, Is.Empty);
    }

    /// <summary>Compares today with the payment team, as the page has it at its end; answers how that ended.</summary>
    private async Task<string?> ReconcileAsync(Uri api)
    {
        using var admin = await DemoOrder.ClientAsync(api, timeout.Token, "admin");
        var day = BusinessDay.Text(BusinessDay.Of(DateTimeOffset.UtcNow));
        using var answer = await admin.PostAsync(new Uri($"/v1/reconciliations/{day}", UriKind.Relative), content: null, timeout.Token);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(timeout.Token)).GetProperty("status").GetString();
    }

    private async Task<DevHostApplication> StartAsync(string connectionString)
    {
        var settings = environment.Environment(
            ("Urls", "http://127.0.0.1:0"), ("Demo__Enabled", "false"), ("ConnectionStrings__Orders", connectionString));
        var arguments = settings.Select(setting => $"--{setting.Key.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}").ToArray();
        var host = await DevHostApplication.StartAsync(arguments, _ => Task.CompletedTask, timeout.Token);
        environment.Partners.SetOrderApi(host.Endpoints.Api.ToString().TrimEnd('/'));
        return host;
    }

    private async Task RunAsync(string program, string connectionString, params string[] arguments)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        start.Environment["PGHOST"] = address.Host;
        start.Environment["PGUSER"] = address.Username;
        start.Environment["PGDATABASE"] = address.Database;
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.That(process.ExitCode, Is.Zero, $"{program}: {errors}");
    }

    private static async Task DropAsync(string connectionString)
    {
        NpgsqlConnection.ClearAllPools();
        var name = new NpgsqlConnectionStringBuilder(connectionString);
        var (database, admin) = (name.Database, new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" });
        await using var connection = new NpgsqlConnection(admin.ToString());
        await Dapper.SqlMapper.ExecuteAsync(connection, $"DROP DATABASE {database} WITH (FORCE)");
    }
}
