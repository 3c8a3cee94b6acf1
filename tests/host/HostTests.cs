using System.Net;
using System.Net.Sockets;

namespace OrderOrchestration.Tests.Host;

/// <summary>The first command of the README.</summary>
public sealed class HostTests
{
    private string directory = null!;

    [SetUp]
    public void MakeDirectory() => directory = Directory.CreateTempSubdirectory("orders-host-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task It_plays_a_demonstration_order_to_its_end_and_stays_until_it_is_interrupted()
    {
        await using var host = HostProcess.Start(directory, ("Demo__Enabled", "true"));

        await host.LineAsync("is completed after");

        Assert.That(host.Output, Does.Contain("결제가 승인되었다").And.Contains("구매 이력이 기록되었다").And.Contains("Customer token"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "endpoints.json")), Does.Contain("\"api\": \"http://127.0.0.1:"));
        Assert.That(await host.InterruptAsync(), Is.Zero);
    }

    [TestCase("Urls", "http://127.0.0.1:{0}", "the order API")]
    [TestCase("Embedded__Temporal__Port", "{0}", "the Temporal server")]
    [TestCase("Embedded__Temporal__UiPort", "{0}", "the Temporal server")]
    [TestCase("Embedded__Partners__Port", "{0}", "the other teams")]
    public async Task A_port_that_is_taken_is_one_clear_line_and_an_exit_code(string variable, string value, string part)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var host = HostProcess.Start(directory, (variable, string.Format(null, value, port)));

        Assert.That(await host.ExitCodeAsync(), Is.EqualTo(1));
        Assert.That(host.Output, Does.StartWith($"cannot start: {part}").And.Contains($"{port}").And.Not.Contains("   at "));
    }

    [Test]
    public async Task A_data_directory_that_cannot_be_written_is_one_clear_line_and_an_exit_code()
    {
        var file = Path.Combine(directory, "file");
        await File.WriteAllTextAsync(file, "not a directory");

        await using var host = HostProcess.Start(Path.Combine(file, "data"));

        Assert.That(await host.ExitCodeAsync(), Is.EqualTo(1));
        Assert.That(host.Output, Does.StartWith("cannot start: Data:Directory '").And.Not.Contains("   at "));
    }

    [Test]
    public async Task A_data_directory_belongs_to_one_host_at_a_time()
    {
        await using var first = HostProcess.Start(directory);
        await first.LineAsync("Customer token");

        await using var second = HostProcess.Start(directory);

        Assert.That(await second.ExitCodeAsync(), Is.EqualTo(1));
        Assert.That(second.Output, Does.Contain("is in use by another host"));
    }

    [Test]
    public async Task A_Temporal_address_where_nobody_answers_is_one_clear_line_and_an_exit_code()
    {
        await using var host = HostProcess.Start(directory, ("TEMPORAL_ADDRESS", "127.0.0.1:1"));

        Assert.That(await host.ExitCodeAsync(), Is.EqualTo(1));
        Assert.That(host.Output, Does.StartWith("cannot start: no Temporal cluster answers at TEMPORAL_ADDRESS 127.0.0.1:1").And.Not.Contains("   at "));
    }
}
