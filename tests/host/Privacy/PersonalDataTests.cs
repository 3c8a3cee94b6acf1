using System.Net;
using System.Text;
using System.Text.Json;

namespace OrderOrchestration.Tests.Host.Privacy;

/// <summary>
/// Orders with all kinds of personal data, with names that occur nowhere else (contract §6). Every byte that the programs stored or sent is searched for them.
/// </summary>
public sealed class PersonalDataTests
{
    private const string Recipient = "홍telltale수령";
    private const string Street = "텔테일로 telltale street";
    private const string Phone = "010-7373-9191";
    private const string GuestName = "비회원telltale";
    private const string GuestPhone = "010-8484-2727";
    private const string Email = "telltale.person@mail.example";
    private const string Note = "문앞 telltale note";
    private const string Reason = "마음이 바뀐 telltale reason";
    private const string Neighbour = "이웃telltale";

    // The member team knows m-1 by this phone; no call ever asks for the member's own name.
    private const string MembersPhone = "010-1111-0001";

    private static readonly byte[] LogisticsSecret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static readonly Canaries Canaries =
        new(Recipient, Street, Phone, GuestName, GuestPhone, Email, Note, Reason, Neighbour, MembersPhone);

    private static object ShipTo => new { recipient = Recipient, phone = Phone, postalCode = "06236", address1 = Street, address2 = "3층" };

    private string directory = null!;

    [SetUp]
    public void MakeDirectory() => directory = Directory.CreateTempSubdirectory("orders-privacy-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task No_personal_data_is_stored_or_sent_in_clear_and_after_an_erasure_it_is_gone_while_the_order_goes_on()
    {
        await using var telemetry = new TelemetrySink();
        await using var host = StartHost(telemetry);
        await host.LineAsync("Customer token");
        using var shop = Shop.Of(directory, LogisticsSecret);
        var (member, admin, staff) = (await shop.TokenAsync("m-1", "customer"), await shop.TokenAsync("a-1", "admin"), await shop.TokenAsync("op-1", "operator"));

        var (orderId, guestOrder, forgotten) = await PlayAsync(shop, member, admin);

        // Whoever is authorised can still read the data.
        Assert.That(await shop.DecodedHistoryAsync(orderId, "/v1/codec/decode", staff), Does.Contain(Recipient).And.Contains(Note));
        Assert.That(await shop.DecodedHistoryAsync(orderId, "/dev/codec/decode", token: null), Does.Contain(Recipient));
        Assert.That((await shop.SendAsync(HttpMethod.Get, "/v1/orders/" + orderId, member)).GetProperty("shipTo").GetProperty("recipient").GetString(), Is.EqualTo(Recipient));
        Assert.That((await shop.SendAsync(HttpMethod.Get, "/v1/members/m-1/personal-data", member)).ToString(), Does.Contain(Recipient).And.Contains(Street));
        Assert.That(await shop.TemporalAsync("/api/v1/settings"), Does.Contain("/dev/codec"));
        Assert.That((await shop.TryAsync(HttpMethod.Post, "/v1/codec/decode", member, new { payloads = Array.Empty<object>() })).Status, Is.EqualTo(HttpStatusCode.Forbidden));

        var found = await SearchAsync(shop, telemetry, host);
        Assert.That(found, Is.Empty);

        await EraseAsync(shop, member, admin, staff, orderId, guestOrder);
        Assert.That(await SearchAsync(shop, telemetry, host), Is.Empty);
        Assert.That(await host.InterruptAsync(), Is.Zero);
        Assert.That(SearchFiles(), Is.Empty);
        await StartAgainAsync(telemetry, orderId, forgotten);
    }

    /// <summary>Erased data stays erased, and <c>retention-daily</c> erases customers whose retention time is over.</summary>
    private async Task StartAgainAsync(TelemetrySink telemetry, string erased, string forgotten)
    {
        await using var host = StartHost(telemetry, ("OrderPolicies__PersonalDataRetention", "00:00:01"));
        await host.LineAsync("Customer token");
        using var shop = Shop.Of(directory, LogisticsSecret);
        var (admin, staff) = (await shop.TokenAsync("a-1", "admin"), await shop.TokenAsync("op-1", "operator"));
        Assert.That((await shop.SendAsync(HttpMethod.Get, "/v1/orders/" + erased, admin)).GetProperty("erased").GetBoolean(), Is.True);
        Assert.That(Canaries.In("decoded", Encoding.UTF8.GetBytes(await shop.DecodedHistoryAsync(erased, "/v1/codec/decode", staff))), Is.Empty);
        Assert.That((await shop.SendAsync(HttpMethod.Get, "/v1/orders/" + forgotten, admin)).TryGetProperty("erased", out _), Is.False);

        await shop.TemporalPostAsync("/api/v1/namespaces/default/schedules/retention-daily/patch", new { patch = new { triggerImmediately = new { } } });
        await shop.UntilAsync(forgotten, admin, order => order.TryGetProperty("erased", out _));
    }

    private HostProcess StartHost(TelemetrySink telemetry, params (string Name, string Value)[] more) => HostProcess.Start(
        directory,
        [
            ("Logging__LogLevel__Default", "Information"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", telemetry.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("Partners__Logistics__WebhookSecret", "whsec_" + Convert.ToBase64String(LogisticsSecret)),
            ("OrderPolicies__ReturnWindow", "00:00:03"),
            ("OrderPolicies__StepPatience", "00:00:02"),
            .. more,
        ]);

    /// <summary>Addresses, notes, moves, declined and failed calls, deliveries with names in them, returns with words of the customer's.</summary>
    private static async Task<(string OrderId, string GuestOrder, string Forgotten)> PlayAsync(Shop shop, string member, string admin)
    {
        var address = await shop.SendAsync(HttpMethod.Post, "/v1/members/m-1/addresses", member, ShipTo);
        var orderId = Id(await shop.SendAsync(HttpMethod.Post, "/v1/orders", member, new
        {
            memberId = "m-1",
            lines = new[] { new { productId = "p-100", quantity = 2 } },
            addressId = address.GetProperty("addressId").GetString(),
            deliveryNote = Note,
            payment = new { method = "card" },
        }));
        var unpaid = Id(await shop.SendAsync(HttpMethod.Post, "/v1/orders", member, Unpaid("m-1", null)));
        await shop.SendAsync(HttpMethod.Put, $"/v1/orders/{unpaid}/shipping-address", member, ShipTo);
        await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{unpaid}/cancellation", member, new { reason = Reason });

        var left = await shop.SendAsync(HttpMethod.Post, "/v1/orders", null, new
        {
            guest = new { name = GuestName, phone = GuestPhone, email = Email },
            lines = new[] { new { productId = "p-101", quantity = 1 } },
            shipTo = ShipTo,
        });
        var forgotten = Id(left);
        await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{forgotten}/cancellation", left.GetProperty("guestToken").GetString(), new { reason = Reason });

        // The logistics team refuses the next order's parcel: the failure of a call that carries the person.
        await shop.UntilAsync(orderId, member, order => order.GetProperty("shipments").GetArrayLength() > 0);
        await shop.FaultAsync(new { team = "logistics", path = "/shipments", status = 422, count = 1 });
        var guest = await shop.SendAsync(HttpMethod.Post, "/v1/orders", null, new
        {
            guest = new { name = GuestName, phone = GuestPhone, email = Email },
            lines = new[] { new { productId = "p-101", quantity = 1 } },
            shipTo = ShipTo,
            deliveryNote = Note,
            payment = new { method = "card" },
        });
        var guestOrder = Id(guest);
        await shop.UntilAsync(guestOrder, admin, order => order.TryGetProperty("attention", out _));
        await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{guestOrder}/recovery", admin, new { action = "retry", note = Note });

        await shop.UntilAsync(orderId, member, order => Status(order) == "delivered");
        await shop.UntilAsync(guestOrder, admin, order => Status(order) == "delivered");
        await shop.LogisticsAsync(
            "logistics.delivered",
            orderId,
            new { orderId, shipmentId = "unknown", deliveredAt = DateTimeOffset.UtcNow, receivedBy = Neighbour, recipientName = Recipient, at = new { street = Street } });
        await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{orderId}/confirmation", member);
        await shop.SendAsync(HttpMethod.Post, $"/v1/orders/{guestOrder}/confirmation", guest.GetProperty("guestToken").GetString());
        await shop.UntilAsync(orderId, admin, order => Status(order) == "completed");
        await shop.UntilAsync(guestOrder, admin, order => Status(order) == "completed");
        return (orderId, guestOrder, forgotten);
    }

    private static async Task EraseAsync(Shop shop, string member, string admin, string staff, string orderId, string guestOrder)
    {
        Assert.That((await shop.TryAsync(HttpMethod.Delete, $"/v1/orders/{orderId}/personal-data", admin)).Answer, Does.Contain("members-order"));
        var erased = await UntilErasedAsync(shop, "/v1/members/m-1/personal-data", member);
        Assert.That(erased.GetProperty("orders").EnumerateArray().Select(id => id.GetString()), Does.Contain(orderId));
        await UntilErasedAsync(shop, $"/v1/orders/{guestOrder}/personal-data", admin);
        Assert.That((await shop.SendAsync(HttpMethod.Delete, "/v1/members/m-1/personal-data", admin)).ToString(), Is.EqualTo(erased.ToString()));

        foreach (var id in new[] { orderId, guestOrder })
        {
            var order = await shop.SendAsync(HttpMethod.Get, "/v1/orders/" + id, admin);
            Assert.That(order.GetProperty("shipTo").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(order.GetProperty("deliveryNote").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(order.GetProperty("erased").GetBoolean(), Is.True);
            Assert.That(order.GetProperty("amounts").GetProperty("payable").GetInt64(), Is.Positive);
            foreach (var decoded in new[]
            {
                await shop.DecodedHistoryAsync(id, "/v1/codec/decode", staff), (await shop.SendAsync(HttpMethod.Get, $"/v1/orders/{id}/events", admin)).ToString(),
            })
            {
                Assert.That(Canaries.In("decoded", Encoding.UTF8.GetBytes(decoded)), Is.Empty);
                Assert.That(decoded, Does.Contain("p-10"), "what was ordered stays readable");
            }
        }

        var held = await shop.SendAsync(HttpMethod.Get, "/v1/members/m-1/personal-data", member);
        Assert.That(held.EnumerateObject().Select(field => field.Name), Is.EquivalentTo(new[] { "memberId", "erasedAt" }));

        // A late event changes nothing, the history still replays (a query of a closed run replays it), a reset run resumes the order, money is refunded.
        await shop.LogisticsAsync("logistics.delivered", orderId, new { orderId, shipmentId = "unknown", receivedBy = Neighbour });
        await shop.TemporalPostAsync($"/api/v1/namespaces/default/workflows/order-{orderId}/query/order", new { query = new { queryType = "order" } });
        await shop.TemporalPostAsync(
            $"/api/v1/namespaces/default/workflows/order-{orderId}/reset",
            new { workflowExecution = new { workflowId = "order-" + orderId }, reason = "test", workflowTaskFinishEventId = "4", requestId = Guid.NewGuid().ToString() });
        var path = $"/v1/orders/{orderId}/refunds";
        Assert.That((await shop.TryAsync(HttpMethod.Post, path, admin, new { reason = "defective" })).Answer, Does.Contain("personal-data-erased"));
        await shop.SendAsync(HttpMethod.Post, path, admin, new { reason = "defective", returnRequired = false });
        var refunded = await shop.UntilAsync(orderId, admin, order => Status(order) == "refunded");
        Assert.That(refunded.GetProperty("refunds")[0].GetProperty("status").GetString(), Is.EqualTo("completed"));
        Assert.That(refunded.GetProperty("erased").GetBoolean(), Is.True);
    }

    /// <summary>Open orders and running return windows delay an erasure, so it is repeated until it is accepted.</summary>
    private static async Task<JsonElement> UntilErasedAsync(Shop shop, string path, string token)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (true)
        {
            var (status, answer) = await shop.TryAsync(HttpMethod.Delete, path, token);
            if (status == HttpStatusCode.OK)
            {
                return JsonSerializer.Deserialize<JsonElement>(answer);
            }

            Assert.That(answer, Does.Contain("orders-open"));
            await looks.WaitForNextTickAsync(timeout.Token);
        }
    }

    private async Task<IReadOnlyList<string>> SearchAsync(Shop shop, TelemetrySink telemetry, HostProcess host)
    {
        var found = SearchFiles();
        found.AddRange(Canaries.In("the log", Encoding.UTF8.GetBytes(host.Output)));
        found.AddRange(Canaries.In("/metrics", Encoding.UTF8.GetBytes(await shop.MetricsAsync())));
        found.AddRange((await shop.EverythingOfTemporalAsync()).SelectMany(answer => Canaries.InJson($"Temporal, {answer.Place}", answer.Json)));
        Assert.That(telemetry.Taken.Select(taken => taken.Path).Distinct(), Does.Contain("/v1/traces").And.Contain("/v1/logs"));
        found.AddRange(telemetry.Taken.SelectMany(taken => Canaries.In("telemetry " + taken.Path, taken.Body)));
        return found;
    }

    private List<string> SearchFiles() =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .SelectMany(file => Canaries.In(Path.GetFileName(file), ReadShared(file)))];

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static object Unpaid(string memberId, object? payment) => new
    {
        memberId,
        lines = new[] { new { productId = "p-101", quantity = 1 } },
        shipTo = ShipTo,
        deliveryNote = Note,
        payment,
    };

    private static string Id(JsonElement order) => order.GetProperty("orderId").GetString()!;

    private static string? Status(JsonElement order) => order.GetProperty("status").GetString();
}
