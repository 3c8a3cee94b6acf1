using System.Net;
using OrderOrchestration.Partners.Members;

namespace OrderOrchestration.Tests.Api.Placing;

/// <summary>A member takes over what it ordered as a guest (hotspot 26), with the real workflows and the member team.</summary>
[TestFixture(DatabaseKind.Sqlite, "7.00:00:00")]
[TestFixture(DatabaseKind.PostgreSql, "7.00:00:00")]
[TestFixture(DatabaseKind.Sqlite, "00:00:00.001")]
[Parallelizable(ParallelScope.All)]
public sealed class ClaimingTests(DatabaseKind database, string returnWindow)
{
    private WholeSystem system = null!;

    // An order with a long return window runs on after its completion, one with a short window has ended: both are claimed.
    [OneTimeSetUp]
    public async Task StartAsync() => system = await WholeSystem.StartAsync(
        database: database, settings: new Dictionary<string, string?> { ["OrderPolicies:ReturnWindow"] = returnWindow });

    [OneTimeTearDown]
    public async Task StopAsync() => await system.DisposeAsync();

    [Test]
    [CancelAfter(90_000)]
    public async Task Hotspot_26_a_completed_guest_order_accrues_when_its_member_claims_it_once(CancellationToken cancellationToken)
    {
        var (member, phone) = NewMember();
        var (orderId, guest) = await GuestOrderAsync(phone, cancellationToken);
        await CompleteAsync(orderId, guest, cancellationToken);
        using var customer = system.Api.Customer(member);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
            await customer.PostAsync("/v1/orders/claims", new { phone }, $"k-{i / 2}", cancellationToken).JsonAsync()));

        // Two claims, each sent twice under its key: one of them made the order the member's, and is answered so both times.
        Assert.That(answers.Count(answer => Claimed(answer).Contains(orderId)), Is.EqualTo(2));
        await system.UntilAsync(customer, orderId, "member.purchase-recorded", cancellationToken);
        var account = system.Partners.BooksOf(orderId).Order(orderId)!;
        Assert.That(account.PointsAccrued, Is.EqualTo(330), "1 % of 33,000 won");
        Assert.That(account.PurchasesRecorded, Is.EqualTo(1));
        await IsShownAsTheMembersAsync(customer, member, orderId, cancellationToken);
        var types = (await customer.GetAsync(new Uri($"/v1/orders/{orderId}/events", UriKind.Relative), cancellationToken).JsonAsync())
            .GetProperty("items").EnumerateArray().Select(e => e.Text("type")).ToList();
        Assert.That(types.Count(type => type == "order.points-accrual-requested"), Is.EqualTo(1));
        Assert.That(types, Does.Contain("member.points-accrued"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_open_guest_order_accrues_at_its_completion_for_the_member_that_claimed_it(CancellationToken cancellationToken)
    {
        var (member, phone) = NewMember();
        var (orderId, guest) = await GuestOrderAsync(phone, cancellationToken);
        await system.UntilAsync(guest, orderId, "order.delivered", cancellationToken);
        using var customer = system.Api.Customer(member);
        var answer = await customer.PostAsync("/v1/orders/claims", new { phone = "+82 " + phone[1..] }, null, cancellationToken).JsonAsync();
        Assert.That(Claimed(answer), Is.EqualTo(new[] { orderId }), "a phone is one however it is written");
        await IsShownAsTheMembersAsync(customer, member, orderId, cancellationToken);
        Assert.That(system.Partners.BooksOf(orderId).Order(orderId)!.PointsAccrued, Is.Zero);
        await CompleteAsync(orderId, customer, cancellationToken);
        await system.UntilAsync(customer, orderId, "member.purchase-recorded", cancellationToken);

        Assert.That(system.Partners.BooksOf(orderId).Order(orderId)!.PointsAccrued, Is.EqualTo(330));
        Assert.That(Claimed(await customer.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken).JsonAsync()), Is.Empty, "claimed once");
        using var ended = await guest.GetAsync(new Uri($"/v1/orders/{orderId}", UriKind.Relative), cancellationToken);
        Assert.That(ended.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "the order is the member's alone now");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Of_two_members_with_one_phone_one_gets_the_order(CancellationToken cancellationToken)
    {
        var (one, phone) = NewMember();
        var (other, _) = NewMember(phone);
        var (orderId, guest) = await GuestOrderAsync(phone, cancellationToken);
        await CompleteAsync(orderId, guest, cancellationToken);
        using var first = system.Api.Customer(one);
        using var second = system.Api.Customer(other);
        var answers = await Task.WhenAll(new[] { first, second, first, second }.Select(async member =>
            await member.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken).JsonAsync()));

        Assert.That(answers.SelectMany(Claimed), Is.EqualTo(new[] { orderId }));
        await system.UntilAsync(system.Api.As("operator", "op-1"), orderId, "member.purchase-recorded", cancellationToken);
        var account = system.Partners.BooksOf(orderId).Order(orderId)!;
        Assert.That((account.PointsAccrued, account.PurchasesRecorded), Is.EqualTo((330L, 1)));
        Assert.That(system.Partners.Books.Imbalances, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_cancelled_guest_order_is_shown_as_the_members_and_accrues_nothing(CancellationToken cancellationToken)
    {
        var (member, phone) = NewMember();
        var (orderId, guest) = await GuestOrderAsync(phone, cancellationToken, pay: false);
        using var cancelled = await guest.PostAsync($"/v1/orders/{orderId}/cancellation", new { reason = "no" }, null, cancellationToken);
        using var customer = system.Api.Customer(member);
        var answer = await customer.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken).JsonAsync();

        Assert.That(Claimed(answer), Is.EqualTo(new[] { orderId }));
        await IsShownAsTheMembersAsync(customer, member, orderId, cancellationToken);
        Assert.That(system.Partners.BooksOf(orderId).Order(orderId)!.PointsAccrued, Is.Zero);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_phone_that_is_not_the_members_own_is_422_and_claims_nothing(CancellationToken cancellationToken)
    {
        var (_, phone) = NewMember();
        var (orderId, guest) = await GuestOrderAsync(phone, cancellationToken);
        using var other = system.Api.Customer("m-3");
        using var nobody = system.Api.Customer("m-unknown");
        using var refused = await other.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken);
        using var unknown = await nobody.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken);
        using var staff = system.Api.As("admin", "a-1");
        using var notAMember = await staff.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken);
        using var notAPhone = await other.PostAsync("/v1/orders/claims", new { phone = "hello" }, null, cancellationToken);
        using var anonymous = await system.Api.Anonymous.PostAsync("/v1/orders/claims", new { phone }, null, cancellationToken);

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await refused.SlugAsync(), Is.EqualTo("phone-not-the-members"));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(notAMember.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(notAPhone.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(anonymous.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        var order = await guest.GetAsync(new Uri($"/v1/orders/{orderId}", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(order.TryGetProperty("memberId", out _), Is.False);
    }

    private static IEnumerable<string> Claimed(System.Text.Json.JsonElement answer) =>
        answer.GetProperty("claimed").EnumerateArray().Select(orderId => orderId.GetString()!);

    private static async Task IsShownAsTheMembersAsync(HttpClient customer, string member, string orderId, CancellationToken cancellationToken)
    {
        var order = await customer.GetAsync(new Uri($"/v1/orders/{orderId}", UriKind.Relative), cancellationToken).JsonAsync();
        var list = await customer.GetAsync(new Uri("/v1/orders", UriKind.Relative), cancellationToken).JsonAsync();
        Assert.That(order.Text("memberId"), Is.EqualTo(member));
        Assert.That(list.GetProperty("items").EnumerateArray().Select(item => item.Text("orderId")), Does.Contain(orderId));
    }

    private static async Task CompleteAsync(string orderId, HttpClient client, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var confirmed = await client.PostAsync($"/v1/orders/{orderId}/confirmation", null, null, cancellationToken);
            if (confirmed.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.That(await confirmed.SlugAsync(), Is.EqualTo("not-delivered"));
            await looks.WaitForNextTickAsync(cancellationToken);
        }
    }

    // Born in a month that is not this one: no accrual is doubled.
    private (string MemberId, string Phone) NewMember(string? phone = null)
    {
        var id = "m-" + Guid.NewGuid().ToString("N");
        phone ??= "010-" + string.Concat(id[2..10].Select(digit => (char)('0' + (digit % 10))));
        var birthday = new DateOnly(1990, (DateTimeOffset.UtcNow.Month + 5) % 12 + 1, 1);
        system.Partners.Member.AddMember(new MemberSeed(id, "Kim", "BASIC", 0, birthday, phone));
        return (id, phone);
    }

    private async Task<(string OrderId, HttpClient Guest)> GuestOrderAsync(string phone, CancellationToken cancellationToken, bool pay = true)
    {
        var body = new
        {
            guest = new { name = "Kim", phone, email = "kim@example.com" },
            lines = new[] { new { productId = "p-101", quantity = 2 } },
            shipTo = new { recipient = "Kim", phone, postalCode = "06236", address1 = "Teheran-ro 1" },
            payment = pay ? new { method = "card" } : null,
        };
        using var placed = await system.Api.Anonymous.PostAsync("/v1/orders", body, Guid.NewGuid().ToString(), cancellationToken);
        Assert.That(placed.IsSuccessStatusCode, Is.True, await placed.Content.ReadAsStringAsync(cancellationToken));
        var order = await placed.JsonAsync();
        return (order.Text("orderId"), system.Api.WithToken(order.Text("guestToken")));
    }
}
