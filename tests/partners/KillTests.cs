using System.Diagnostics;
using System.Net.Http.Json;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The real program, killed (SIGKILL) in the middle of a crowd of calls.</summary>
public sealed class KillTests
{
    private const int Callers = 8;
    private const int CallsBeforeTheKill = 150;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private readonly StateFolder folder = new();
    private readonly HttpClient http = new() { Timeout = Timeout };
    private readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(string Key, string Answer)> acknowledged = [];
    private readonly List<string> asked = [];

    [TearDown]
    public void Clear()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task A_kill_loses_nothing_acknowledged_and_a_repetition_doubles_nothing()
    {
        using var program = Start();
        var address = await AddressOfAsync(program).WaitAsync(Timeout);
        var crowd = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(address, caller)));
        await enough.Task.WaitAsync(Timeout);
        program.Kill();
        await program.WaitForExitAsync().WaitAsync(Timeout);
        await crowd.WaitAsync(Timeout);

        await using var next = await PartnersHarness.StartAsync(options => options with { StateFile = folder.File, StepDelay = StepDelay.Manual });
        var books = next.Partners.Books;
        Assert.That(books.Imbalances, Is.Empty);
        Assert.That(books.Totals.PointsUsed, Is.InRange(acknowledged.Count, asked.Count));
        foreach (var (key, answer) in acknowledged)
        {
            var again = await UseAsync(next, key);
            Assert.That((again.IsReplay, again.Text), Is.EqualTo((true, answer)), key);
        }

        foreach (var key in asked)
        {
            await UseAsync(next, key);
        }

        Assert.That(next.Partners.Books.Totals.PointsUsed, Is.EqualTo(asked.Count), "each call is done once, whatever its caller learned of it");
        Assert.That(next.Partners.Books.Imbalances, Is.Empty);
    }

    private static Task<Reply> UseAsync(PartnersHarness teams, string key) =>
        teams.PostAsync("/member/members/m-1/point-uses", new { orderId = $"o-{key}", points = 1 }, key);

    /// <summary>Asks, one call after the other, until the program is gone.</summary>
    private async Task CallAsync(string address, int caller)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{caller}-{number}";
            lock (asked)
            {
                asked.Add(key);
            }

            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{address}/member/members/m-1/point-uses"))
                {
                    Content = JsonContent.Create(new { orderId = $"o-{key}", points = 1 }),
                    Headers = { { "Idempotency-Key", key } },
                };
                using var response = await http.SendAsync(request);
                response.EnsureSuccessStatusCode();
                Acknowledge(key, await response.Content.ReadAsStringAsync());
            }
            catch (Exception gone) when (gone is HttpRequestException { StatusCode: null } or IOException)
            {
                return;
            }
        }
    }

    private void Acknowledge(string key, string answer)
    {
        lock (acknowledged)
        {
            acknowledged.Add((key, answer));
            if (acknowledged.Count == CallsBeforeTheKill)
            {
                enough.SetResult();
            }
        }
    }

    private static async Task<string> AddressOfAsync(Process program)
    {
        var line = await program.StandardOutput.ReadLineAsync() ?? throw new IOException(await program.StandardError.ReadToEndAsync());
        return line.Split(' ').Single(word => word.StartsWith("http://", StringComparison.Ordinal) && word.EndsWith(';')).TrimEnd(';');
    }

    private Process Start() => Process.Start(new ProcessStartInfo("dotnet", typeof(PartnersServer).Assembly.Location)
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        Environment = { ["Embedded__Partners__Port"] = "0", ["Partners__StateFile"] = folder.File, ["Partners__StepDelay"] = "manual" },
    })!;
}
