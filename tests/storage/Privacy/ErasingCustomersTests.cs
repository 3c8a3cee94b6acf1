using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities;
using OrderOrchestration.Activities.Erasure;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Store.Keys;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Recording;

namespace OrderOrchestration.Tests.Storage.Privacy;

/// <summary>No personal data is in the order database in clear, and none is left after an erasure.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.PostgreSql)]
public sealed class ErasingCustomersTests(DatabaseKind kind) : StoreFixture(kind)
{
    private const string Canary = "길동telltale";
    private ServiceProvider program = null!;

    private PersonalDataErasure Erasure => program.GetRequiredService<PersonalDataErasure>();

    [OneTimeSetUp]
    public void AddErasure() => program = NewProgramWithErasure(Configuration);

    [OneTimeTearDown]
    public async Task DisposeAsync() => await program.DisposeAsync();

    [Test]
    public async Task Personal_data_is_read_as_it_was_written_and_is_stored_nowhere_in_clear()
    {
        var (memberId, orderId) = (NewName(), Orders.NewId());
        var record = Record(orderId, memberId, OrderStatus.Completed);
        await Store<IOrderStore>().WriteAsync(record, default);
        await Store<IAddressStore>().AddAsync(memberId, "a-1", record.Snapshot.ShipTo, default);
        var scan = new PartnerEvent("scan-1", "/teams/logistics", "logistics.status-updated", orderId, DateTimeOffset.UnixEpoch, Json(new { orderId, location = Canary, driver = Canary }));
        await Store<IShipmentTracking>().AppendAsync(orderId, "s-1", scan, ignoredBecause: null, default);

        Assert.That((await SecondStore<IOrderQueries>().FindAsync(orderId, default))!.ShipTo, Is.EqualTo(record.Snapshot.ShipTo));
        Assert.That((await SecondStore<IAddressStore>().ListAsync(memberId, default)).Single().Recipient, Is.EqualTo(Canary));
        Assert.That((await SecondStore<IShipmentTracking>().ScansAsync(orderId, default)).Single().Location, Is.EqualTo(Canary));
        var events = await SecondStore<IOrderEvents>().PageAsync(orderId, 0, 10, default);
        Assert.That(events[0].Event.Data.GetProperty("deliveryNote").GetString(), Is.EqualTo(Canary));
        Assert.That(events[^1].Event.Data.GetProperty("driver").GetString(), Is.EqualTo(Canary));
        Assert.That(await EverythingAsync(), Does.Not.Contain(Canary).And.Not.Contains("010-9999-9999"));
    }

    [Test]
    public async Task An_erased_order_shows_what_it_was_and_not_who()
    {
        var (memberId, orderId) = (NewName(), Orders.NewId());
        var record = Record(orderId, memberId, OrderStatus.Cancelled);
        await Store<IOrderStore>().WriteAsync(record, default);
        var before = (await Store<IOrderQueries>().FindAsync(orderId, default))!;

        var erased = await Erasure.EraseMemberAsync(memberId, "admin:a-1", default);
        var again = await Erasure.EraseMemberAsync(memberId, "admin:a-1", default);

        var order = (await program.GetRequiredService<IOrderQueries>().FindAsync(orderId, default))!;
        Assert.That(erased.Erasure!.Orders, Is.EqualTo(new[] { orderId }));
        Assert.That(again.Erasure!.ErasedAt, Is.EqualTo(erased.Erasure.ErasedAt));
        Assert.That((order.ShipTo, order.DeliveryNote, order.Erased), Is.EqualTo(((ShippingAddress?)null, (string?)null, true)));
        Assert.That(JsonSerializer.Serialize(order.Lines, OrderJson.Options), Is.EqualTo(JsonSerializer.Serialize(before.Lines, OrderJson.Options)));
        Assert.That(order.Amounts, Is.EqualTo(before.Amounts));
        Assert.That(
            (await program.GetRequiredService<PrivacyAudit>().ReadAsync($"member:{memberId}", default)).Select(entry => (entry.Actor, entry.Action)),
            Is.EqualTo(new[] { ("admin:a-1", "erased") }));
    }

    [Test]
    public async Task A_late_event_of_an_erased_order_is_shown_without_a_person_and_an_operators_words_stay()
    {
        var (memberId, orderId) = (NewName(), Orders.NewId());
        await Store<IOrderStore>().WriteAsync(Record(orderId, memberId, OrderStatus.Cancelled), default);
        await Erasure.EraseMemberAsync(memberId, "admin:a-1", default);

        var late = Orders.Event(orderId, "late") with { Data = Json(new { orderId, receivedBy = Canary, note = "money returned by hand" }) };
        await program.GetRequiredService<IOrderTimeline>().AppendAsync(late, default);

        var shown = (await program.GetRequiredService<IOrderEvents>().PageAsync(orderId, 0, 10, default))[^1].Event.Data;
        Assert.That(shown.GetProperty("receivedBy").GetString(), Is.EqualTo("erased"));
        Assert.That(shown.GetProperty("note").GetString(), Is.EqualTo("money returned by hand"));
        Assert.That(await EverythingAsync(), Does.Not.Contain(Canary));
    }

    [Test]
    public async Task An_order_that_is_open_or_is_being_placed_keeps_its_customer()
    {
        var (memberId, orderId) = (NewName(), Orders.NewId());
        await Store<IOrderStore>().WriteAsync(Record(orderId, memberId, OrderStatus.AwaitingPayment), default);
        Assert.That((await Erasure.EraseMemberAsync(memberId, "admin:a-1", default)).OpenOrders, Is.EqualTo(new[] { orderId }));

        var (other, placing) = (NewName(), Orders.NewId());
        await Store<IKeyRing>().AssignAsync(placing, DataOwner.Member(other), default);
        Assert.That((await Erasure.EraseMemberAsync(other, "admin:a-1", default)).OpenOrders, Is.EqualTo(new[] { placing }));
    }

    [Test]
    public async Task PersonalDataRetention_erases_customers_whose_last_order_ended_before_and_nobody_else()
    {
        // A database of its own: whatever is old enough in it is erased.
        await using var alone = NewProgramWithErasure(NewDatabase(Directory.CreateTempSubdirectory("retention-").FullName));
        var store = alone.GetRequiredService<IOrderStore>();
        var (old, recent, guest) = (NewName(), NewName(), Orders.NewId());
        var (oldOrder, recentOrder) = (Orders.NewId(), Orders.NewId());
        await store.WriteAsync(Record(oldOrder, old, OrderStatus.Cancelled), default);
        await store.WriteAsync(Record(recentOrder, recent, OrderStatus.Cancelled), default);
        await store.WriteAsync(Record(guest, null, OrderStatus.Cancelled), default);
        var boundary = Snapshots.Of(Orders.NewId()).UpdatedAt.AddSeconds(1);
        var later = Record(recentOrder, recent, OrderStatus.Cancelled);
        await store.WriteAsync(later with { Snapshot = later.Snapshot with { Version = 2, UpdatedAt = boundary.AddDays(1) } }, default);
        var quiet = alone.GetRequiredService<RetentionErasure>();

        await AllAsync(after => quiet.EraseMembersAsync(boundary, after, 2, default));
        await AllAsync(after => quiet.EraseGuestsAsync(boundary, after, 2, default));

        var queries = alone.GetRequiredService<IOrderQueries>();
        Assert.That((await queries.FindAsync(oldOrder, default))!.Erased, Is.True);
        Assert.That((await queries.FindAsync(guest, default))!.Erased, Is.True);
        Assert.That((await queries.FindAsync(recentOrder, default))!.Erased, Is.False);

        static async Task AllAsync(Func<string, Task<string?>> page)
        {
            for (string? after = string.Empty; after is not null;)
            {
                after = await page(after);
            }
        }
    }

    private static ServiceProvider NewProgramWithErasure(IConfiguration configuration) =>
        new ServiceCollection().AddSingleton(TimeProvider.System).AddOrderStore(configuration).AddPersonalDataErasure().BuildServiceProvider();

    private static OrderRecord Record(string orderId, string? memberId, OrderStatus status)
    {
        var order = Snapshots.Of(orderId, memberId, status: status);
        var shipTo = new ShippingAddress(Canary, "010-9999-9999", "06236", "강남 " + Canary);
        var person = order with
        {
            Version = 1,
            ShipTo = shipTo,
            Request = order.Request with
            {
                ShipTo = shipTo,
                DeliveryNote = Canary,
                Guest = memberId is null ? new GuestContact(Canary, "010-9999-9999", Canary + "@x") : null,
            },
        };
        var noted = Orders.Event(orderId, "noted", "order.delivery-note-registered") with { Data = Json(new { orderId, deliveryNote = Canary }) };
        var notification = Orders.Notification(orderId) with { Data = Json(new { orderId, note = Canary }) };
        return new OrderRecord(person, [noted], [notification]);
    }

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);

    private static string NewName() => Guid.NewGuid().ToString("N");

    /// <summary>Every text of every table that could hold personal data.</summary>
    private async Task<string> EverythingAsync()
    {
        var all = new List<string>();
        await using var connection = await ConnectAsync(Configuration);
        foreach (var column in new[] { "snapshot FROM orders", "data FROM events", "data FROM notifications", "document FROM addresses", "location FROM shipment_scans" })
        {
            all.AddRange(await connection.QueryAsync<string>($"SELECT COALESCE({column.Split(' ')[0]}, '') FROM {column.Split(' ')[2]}"));
        }

        return string.Join('\n', all);
    }
}
