using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Options;

namespace OrderOrchestration.Tests.Partners;

/// <summary>The program as it is started from a command line.</summary>
public sealed class ProgramTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_port_that_is_taken_ends_the_program_with_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        using var program = Start("Embedded__Partners__Port", port);
        var errors = await program.StandardError.ReadToEndAsync().WaitAsync(Timeout);
        await program.WaitForExitAsync().WaitAsync(Timeout);

        Assert.That(program.ExitCode, Is.EqualTo(1));
        Assert.That(errors.Trim().Split('\n'), Has.Length.EqualTo(1), errors);
        Assert.That(errors, Does.Contain(port));
    }

    [TestCase("Partners__StepDelay")]
    [TestCase("Partners__Pace")]
    public async Task A_step_delay_that_is_none_ends_the_program_with_one_clear_line(string name)
    {
        using var program = Start(name, "brisk");
        var errors = await program.StandardError.ReadToEndAsync().WaitAsync(Timeout);
        await program.WaitForExitAsync().WaitAsync(Timeout);

        Assert.That(program.ExitCode, Is.EqualTo(1));
        Assert.That(errors.Trim(), Is.EqualTo("partners: 'brisk' is no step delay: demo, instant, manual, or a duration such as 00:00:02"));
    }

    [Test]
    public async Task A_taken_port_is_an_exception_for_a_host()
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
    public void A_step_delay_is_read_from_its_name_or_a_duration(string text, int shortestMs, int longestMs, bool byHand)
    {
        var delay = StepDelay.Parse(text);

        Assert.That(
            (delay.Shortest.TotalMilliseconds, delay.Longest.TotalMilliseconds, delay.ByHand), Is.EqualTo(((double)shortestMs, (double)longestMs, byHand)));
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
