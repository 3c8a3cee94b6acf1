using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Pacing;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The program as it is started from a command line.</summary>
public sealed class ProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_port_that_is_taken_ends_the_program_with_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        using var program = Start("Embedded__Partners__Port", port);
        var errors = await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.That(program.ExitCode, Is.EqualTo(1));
        Assert.That(errors.Trim().Split('\n'), Has.Length.EqualTo(1), errors);
        Assert.That(errors, Does.Contain(port));
    }

    [Test]
    public async Task A_pace_that_is_none_ends_the_program_with_one_clear_line()
    {
        using var program = Start("Partners__Pace", "brisk");
        var errors = await program.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await program.WaitForExitAsync().WaitAsync(Patience);

        Assert.That(program.ExitCode, Is.EqualTo(1));
        Assert.That(errors.Trim(), Is.EqualTo("partners: 'brisk' is no pace: demo, instant, manual, or a duration such as 00:00:02"));
    }

    [Test]
    public async Task A_taken_port_is_told_to_a_host_as_well()
    {
        await using var first = await PartnersServer.StartAsync();

        Assert.That(
            async () => await PartnersServer.StartAsync(new PartnersOptions { Port = new Uri(first.Address).Port }),
            Throws.InstanceOf<IOException>());
    }

    [TestCase("demo", 300, 1000, false)]
    [TestCase("Instant", 0, 0, false)]
    [TestCase("manual", 0, 0, true)]
    [TestCase("00:00:02", 2000, 2000, false)]
    public void A_pace_is_read_from_its_name_or_a_duration(string text, int shortestMs, int longestMs, bool byHand)
    {
        var pace = Pace.Parse(text);

        Assert.That(
            (pace.Shortest.TotalMilliseconds, pace.Longest.TotalMilliseconds, pace.ByHand), Is.EqualTo(((double)shortestMs, (double)longestMs, byHand)));
    }

    private static Process Start(string name, string value)
    {
        var start = new ProcessStartInfo("dotnet", typeof(PartnersServer).Assembly.Location)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["Embedded__Partners__Port"] = "0" },
        };
        start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
