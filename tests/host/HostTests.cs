using System.Net;
using System.Net.Sockets;

namespace OrderOrchestration.Tests.Host;

/// <summary>The first command of the README.</summary>
public sealed class HostTests
{
    private static readonly object Order = new
    {
        memberId = "m-1",
        lines = new[] { new { productId = "p-100", quantity = 2 } },
        shipTo = new { recipient = "김주문", phone = "010-1234-5678", postalCode = "06236", address1 = "서울 강남구 테헤란로 1" },
        payment = new { method = "card" },
    };

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

    [Test]
    public async Task The_dashboard_is_started_where_the_feed_has_it_and_the_host_goes_on_where_not()
    {
        await using var host = HostProcess.Start(directory, ("Embedded__Dashboard__Enabled", "true"), ("Embedded__Dashboard__Port", "0"));

        await host.LineAsync("Customer token");

        Assert.That(host.Output, Does.Contain("Traces          http://127.0.0.1:").Or.Contains("Dashboard       not to be had"));
        Assert.That(await host.InterruptAsync(), Is.Zero);
    }

    [TestCase(true, TestName = "A_second_start_goes_on_with_every_order_after_kill_9")]
    [TestCase(false, TestName = "A_second_start_goes_on_with_every_order_after_an_interrupt")]
    public async Task A_second_start_on_the_same_data_goes_on_with_every_order(bool killed)
    {
        string orderId;
        await using (var first = HostProcess.Start(directory))
        {
            await first.SpeakAsAsync("m-1");
            orderId = (await first.PostAsync("/v1/orders", Order)).GetProperty("orderId").GetString()!;
            await first.EventAsync(orderId, "logistics.dispatch-started");
            if (killed)
            {
                await first.KillAsync();
            }
            else
            {
                Assert.That(await first.InterruptAsync(), Is.Zero);
            }
        }

        await using var second = HostProcess.Start(directory);
        await second.SpeakAsAsync("m-1");
        await second.EventAsync(orderId, "order.delivered");
        await second.PostAsync($"/v1/orders/{orderId}/confirmation", new { });
        await second.EventAsync(orderId, "member.purchase-recorded");

        var order = await second.OrderAsync(orderId);
        Assert.That(order.GetProperty("status").GetString(), Is.EqualTo("completed"));
        var account = (await second.BooksAsync(orderId)).GetProperty("orders")[0];
        Assert.That(account.GetProperty("cardCharged").GetInt64(), Is.EqualTo(order.GetProperty("amounts").GetProperty("payable").GetInt64()));
        Assert.That(account.GetProperty("units")[0].GetProperty("shipped").GetInt64(), Is.EqualTo(2));
        Assert.That(account.GetProperty("purchasesRecorded").GetInt64(), Is.EqualTo(1));
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
