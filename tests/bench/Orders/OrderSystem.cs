using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// The order system of one checkout as a user runs it: <c>dev/host</c> in one process (embedded Temporal server, worker, API; or the cluster and the
/// database that the environment names), the other teams in a second at <c>instant</c> pace. Who places orders is a third, this one.
/// </summary>
internal sealed class OrderSystem : IAsyncDisposable
{
    /// <summary>A restoration of all orders takes this long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly DirectoryInfo directory;

    private readonly string hostAssembly;
    private readonly IReadOnlyList<KeyValuePair<string, string?>> environment;
    private readonly Cluster? cluster;

    private OrderSystem(
        string name, DirectoryInfo directory, ChildProcess partners, string hostAssembly, Cluster? cluster, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        this.directory = directory;
        this.cluster = cluster;
        Name = name;
        Partners = partners;
        this.hostAssembly = hostAssembly;
        this.environment = [.. environment, new("Data__Directory", directory.FullName)];
        Host = ChildProcess.Start(hostAssembly, this.environment);
    }

    public string Name { get; }

    public ChildProcess Partners { get; }

    public ChildProcess Host { get; private set; }

    /// <summary>Where the API answers.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>Where its Temporal server listens.</summary>
    public string Temporal { get; private set; } = null!;

    /// <summary>Where the other teams are told what to play.</summary>
    public Uri PartnersConsole { get; private set; } = null!;

    /// <param name="setting">A setting of the host's that is measured, and what the system is called with it.</param>
    /// <param name="prepare">Fills the host's data directory before it is started.</param>
    /// <param name="cluster">What it runs on in place of the embedded server and SQLite; ends with it.</param>
    public static async Task<OrderSystem> StartAsync(
        Checkout checkout,
        CancellationToken cancellationToken,
        (string Name, string Variable, string Value)? setting = null,
        Func<DirectoryInfo, Task>? prepare = null,
        Cluster? cluster = null)
    {
        var directory = Directory.CreateTempSubdirectory("bench-orders-");
        await (prepare?.Invoke(directory) ?? Task.CompletedTask);
        var hostAssembly = await checkout.BuildAsync("dev/host", "OrderOrchestration.DevHost", cancellationToken);
        var partnersAssembly = await checkout.BuildAsync("dev/partners", "OrderOrchestration.Partners", cancellationToken);
        var api = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var partners = ChildProcess.Start(partnersAssembly, Environment(
            ("Embedded__Partners__Port", "0"), ("Partners__OrderApiBaseUrl", api.ToString().TrimEnd('/')), ("Partners__StepDelay", "instant"), ("Partners__Pace", "instant")));
        var teams = new List<KeyValuePair<string, string?>>();
        foreach (var team in new[] { "Product", "Payment", "Logistics", "Member", "Promotion", "Finance", "Notification" })
        {
            var pattern = new Regex($"^(?<url>Partners__{team}__BaseUrl)=(?<address>\\S+) (?<secret>Partners__{team}__WebhookSecret)=(?<value>\\S+)");
            var line = pattern.Match(await partners.LineAsync(pattern.IsMatch, $"the address of {team}", cancellationToken));
            teams.Add(new(line.Groups["url"].Value, line.Groups["address"].Value));
            teams.Add(new(line.Groups["secret"].Value, line.Groups["value"].Value));
        }

        // One caller stands for hundreds: what bounds a single one is lifted, since it is not what is measured.
        var system = new OrderSystem(setting?.Name ?? checkout.Name, directory, partners, hostAssembly, cluster, [
            .. Environment(
                ("Urls", api.ToString()), ("Embedded__Temporal__Port", "0"), ("Embedded__Temporal__UiPort", "0"), ("Embedded__WebUi__Enabled", "false"),
                ("Demo__Enabled", "false"), ("RateLimits__Customer", "1000000"), ("RateLimits__Anonymous", "1000000"), ("RateLimits__Staff", "1000000"), ("RateLimits__Order", "1000000"),
                ("OrderPolicies__MaxUnpaidOrders", "1000000"), ("Api__MaxStreamsPerCaller", "100000")),
            .. teams,
            .. cluster?.Environment ?? new Dictionary<string, string?>(),
            .. setting is { } measured ? Environment((measured.Variable, measured.Value)) : [],
        ]);
        await system.UntilReadyAsync(cancellationToken);
        system.Api = api;
        system.Temporal = (await system.Host.LineAsync("Temporal  ", cancellationToken)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        system.PartnersConsole = new Uri(new Uri(teams[0].Value!), "/");
        return system;
    }

    /// <summary>Kills the host and starts it again on what it left; answers how long that took until it is ready.</summary>
    public async Task<TimeSpan> RestartHostAsync(CancellationToken cancellationToken)
    {
        await Host.DisposeAsync();
        var clock = Stopwatch.StartNew();
        Host = ChildProcess.Start(hostAssembly, environment);
        await UntilReadyAsync(cancellationToken);
        return clock.Elapsed;
    }

    /// <summary>A client that speaks as this member.</summary>
    public Task<HttpClient> CustomerAsync(string memberId, CancellationToken cancellationToken) => ClientAsync(memberId, "customer", cancellationToken);

    /// <summary>A client that speaks as an administrator.</summary>
    public Task<HttpClient> AdministratorAsync(CancellationToken cancellationToken) => ClientAsync("a-1", "admin", cancellationToken);

    private async Task<HttpClient> ClientAsync(string subject, string role, CancellationToken cancellationToken)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Api, Timeout = Longest };
        using var answer = await client.PostAsJsonAsync("/dev/tokens", new { sub = subject, role }, cancellationToken);
        var token = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token.GetProperty("token").GetString());
        return client;
    }

    /// <summary>Bytes on disk of one of the host's databases, its write-ahead log included.</summary>
    public long BytesOf(string database) => directory.EnumerateFiles(database + "*").Sum(file => file.Length);

    public async Task<SystemUsage> UsageAsync(CancellationToken cancellationToken)
    {
        if (cluster is null)
        {
            return new SystemUsage(Host.ProcessorTime, Partners.ProcessorTime, null, null, BytesOf("orders.db"), BytesOf("temporal.db"), null, null);
        }

        var (statements, transactions, bytes) = await cluster.OrdersAsync(cancellationToken);
        return new SystemUsage(
            Host.ProcessorTime, Partners.ProcessorTime, cluster.ServerTime, Cluster.PostgreSqlTime(), bytes, cluster.ServerBytes, statements, transactions);
    }

    /// <summary>The order store's most frequent statements; none where they are not counted.</summary>
    public async Task<IReadOnlyList<(string Statement, long Calls, double Milliseconds)>> MostFrequentStatementsAsync(CancellationToken cancellationToken) =>
        cluster is null ? [] : await cluster.MostFrequentAsync(20, cancellationToken);

    /// <summary>Counts the flushes of its databases from now on; none where this machine does not let us count.</summary>
    public IReadOnlyList<(string Name, FlushCounter Counter)> CountFlushes()
    {
        (string Name, IReadOnlyCollection<int> Processes)[] databases = cluster is null
            ? [("flushes of both databases", [Host.Id])]
            : [("flushes of PostgreSQL", PostgreSqlCluster.Processes()), .. cluster.ServerProcessId is { } server ? [("flushes of the Temporal server", new[] { server })] : Array.Empty<(string, IReadOnlyCollection<int>)>()];
        return FlushCounter.IsPossible ? [.. databases.Select(database => (database.Name, FlushCounter.Start(database.Processes)))] : [];
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Partners.DisposeAsync();
        await (cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        directory.Delete(recursive: true);
    }

    private async Task UntilReadyAsync(CancellationToken cancellationToken) => await Host.LineAsync("Customer token", cancellationToken);

    private static IEnumerable<KeyValuePair<string, string?>> Environment(params (string Name, string Value)[] variables) =>
        variables.Select(variable => KeyValuePair.Create(variable.Name, (string?)variable.Value));
}
