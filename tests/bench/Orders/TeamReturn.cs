using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace OrderOrchestration.Tests.Bench.Orders;

/// <summary>
/// A team is away for 5 s while sixteen customers place orders without a pause: how long after its return the last of those who asked meanwhile is answered,
/// and when orders are decided at once again.
/// </summary>
internal static class TeamReturn
{
    private const int Customers = 16;
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);
    private static readonly string[] Teams = ["product", "member", "promotion", "logistics", "payment"];

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var system = await OrderSystem.StartAsync(Checkout.Own, cancellationToken);
        using var console = new HttpClient { BaseAddress = system.PartnersConsole };
        foreach (var outage in new[] { "unavailable", "hang" })
        {
            foreach (var team in Teams)
            {
                await LetReturnAsync(system, console, team, outage, cancellationToken);
            }
        }
    }

    private static async Task LetReturnAsync(OrderSystem system, HttpClient console, string team, string outage, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var answers = new ConcurrentBag<Answer>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var placing = Enumerable.Range(0, Customers).Select(number => PlaceAsync(system, $"m-{100 + number}", clock, answers, end.Token)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
        using var goes = await console.PutAsJsonAsync("/faults", new { seed = 1, rules = new[] { new { team, outage } } }, cancellationToken);
        goes.EnsureSuccessStatusCode();
        await Task.Delay(Away, cancellationToken);
        using var returns = await console.DeleteAsync(new Uri("/faults", UriKind.Relative), cancellationToken);
        returns.EnsureSuccessStatusCode();
        var returned = clock.Elapsed;
        await Task.Delay(Watched, cancellationToken);
        await end.CancelAsync();
        await Task.WhenAll(placing);

        var waited = answers.Where(answer => answer.Asked < returned && answer.Answered > returned).Select(answer => (answer.Answered - returned).TotalSeconds).ToList();
        var late = answers.Where(answer => answer.Asked > returned && !answer.IsDecided).Select(answer => (answer.Answered - returned).TotalSeconds).ToList();
        Figures.Print($"{team} {outage}: the last who asked, answered after", "s", [waited.DefaultIfEmpty().Max()], decimals: 2);
        Figures.Print("  all decided at once again after", "s", [late.DefaultIfEmpty().Max()], decimals: 2);
        var statuses = answers.Where(answer => answer.Answered > returned - Away && answer.Asked < returned).GroupBy(answer => (int)answer.Status).OrderBy(group => group.Key);
        Console.WriteLine($"  answers while it was away: {string.Join(", ", statuses.Select(group => $"{group.Key} {group.Count()}x"))}");
    }

    private static async Task PlaceAsync(OrderSystem system, string memberId, Stopwatch clock, ConcurrentBag<Answer> answers, CancellationToken cancellationToken)
    {
        using var customer = await system.CustomerAsync(memberId, CancellationToken.None);
        while (!cancellationToken.IsCancellationRequested)
        {
            var asked = clock.Elapsed;
            var status = await OrderLife.TryPlaceAsync(customer, memberId, CancellationToken.None);
            answers.Add(new Answer(asked, clock.Elapsed, status));
        }
    }

    /// <summary>An answer to a request to place an order, on the benchmark's clock.</summary>
    private sealed record Answer(TimeSpan Asked, TimeSpan Answered, HttpStatusCode Status)
    {
        public bool IsDecided => Status == HttpStatusCode.Created;
    }
}
