using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Api.Placing;

public sealed class PlacingOrdersTests : FakedApi
{
    [Test]
    public async Task A_placed_order_is_201_with_its_location()
    {
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        var order = await response.JsonAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo("/v1/orders/" + order.Text("orderId")));
        Assert.That(order.Text("status"), Is.EqualTo("awaiting-payment"));
        Assert.That(order.GetProperty("amounts").GetProperty("payable").GetInt64(), Is.EqualTo(23_000));
        Assert.That(order.TryGetProperty("guestToken", out _), Is.False);
        var read = await customer.GetAsync(response.Headers.Location).JsonAsync();
        Assert.That(read.Text("orderId"), Is.EqualTo(order.Text("orderId")));
    }

    [Test]
    public async Task The_same_key_and_body_answer_the_same_order_again()
    {
        using var customer = Api.Customer();
        using var first = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        using var second = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
        Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_same_key_with_another_body_is_422()
    {
        using var customer = Api.Customer();
        using var first = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        using var second = await customer.PostAsync("/v1/orders", OrderBody(quantity: 3), "k-1");

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await second.SlugAsync(), Is.EqualTo("idempotency-key-reused"));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_key_belongs_to_one_caller()
    {
        using var one = Api.Customer("m-1");
        using var other = Api.Customer("m-2");
        var first = await one.PostAsync("/v1/orders", OrderBody("m-1"), "k-1").JsonAsync();
        var second = await other.PostAsync("/v1/orders", OrderBody("m-2"), "k-1").JsonAsync();

        Assert.That(second.Text("orderId"), Is.Not.EqualTo(first.Text("orderId")));
    }

    [Test]
    public async Task Duplicates_that_arrive_together_place_one_order_and_all_get_its_answer()
    {
        var decision = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.OnPlace = async input =>
        {
            begun.SetResult();
            await decision.Task;
            return FakeOrders.View(input.Request);
        };
        var customer = Api.Customer();
        var requests = Enumerable.Range(0, 5).Select(_ => customer.PostAsync("/v1/orders", OrderBody(), "k-1")).ToList();
        await begun.Task;
        decision.SetResult();
        var ids = new HashSet<string>();
        foreach (var response in await Task.WhenAll(requests))
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            ids.Add((await response.JsonAsync()).Text("orderId"));
            response.Dispose();
        }

        customer.Dispose();
        Assert.That(ids, Has.Count.EqualTo(1));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_a_key_nothing_is_placed()
    {
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", OrderBody());

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.SlugAsync(), Is.EqualTo("idempotency-key-missing"));
        Assert.That(Orders.Placed, Is.Empty);
    }

    [Test]
    public async Task A_malformed_body_names_all_that_is_wrong_with_it()
    {
        using var customer = Api.Customer();
        var body = new { memberId = "m-1", lines = new[] { new { productId = "", quantity = 0 } }, shipTo = new { recipient = "Hong", postalCode = "123" } };
        using var response = await customer.PostAsync("/v1/orders", body, "k-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        var errors = (await response.JsonAsync()).GetProperty("errors").EnumerateObject().Select(error => error.Name);
        Assert.That(errors, Is.EquivalentTo(new[]
        {
            "lines[0].productId", "lines[0].quantity", "shipTo.phone", "shipTo.address1", "shipTo.postalCode",
        }));
        Assert.That(Orders.Placed, Is.Empty);
    }

    [TestCase("""{"memberId":"m-1"}""", "lines")]
    [TestCase("""{"lines":[{"productId":"p-1","quantity":1}]}""", "memberId")]
    [TestCase("""{"memberId":"m-1","guest":{"name":"a","phone":"b","email":"c"},"lines":[{"productId":"p-1","quantity":1}]}""", "memberId")]
    [TestCase("""{"memberId":"m-1","lines":[{"productId":"p-1","quantity":1}],"points":-1}""", "points")]
    public async Task What_excludes_or_needs_another_field_is_400(string body, string field)
    {
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", JsonSerializer.Deserialize<JsonElement>(body), "k-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await response.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _), Is.True);
    }

    [Test]
    public async Task A_broken_rule_is_422_and_starts_nothing()
    {
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", OrderBody(quantity: 1), "k-0");
        Facts.Change = facts => facts with { Serviceability = new ServiceabilityFact(false, false) };
        using var refused = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created), "10,000 won is the minimum, not below it");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await refused.SlugAsync(), Is.EqualTo("undeliverable-address"));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_shortage_is_409_with_what_is_short_and_the_order_that_it_cancelled()
    {
        Orders.OnPlace = _ => throw new OrderRefusedException("stock-shortage", "Out of stock.", JsonSerializer.SerializeToElement(new
        {
            orderId = "o-1",
            shortages = new[] { new { productId = "p-100", available = 1, requested = 2 } },
            recommendations = new[] { "p-101" },
        }));
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await response.SlugAsync(), Is.EqualTo("stock-shortage"));
        var problem = await response.JsonAsync();
        Assert.That(problem.GetProperty("shortages")[0].GetProperty("available").GetInt32(), Is.EqualTo(1));
        Assert.That(problem.GetProperty("recommendations")[0].GetString(), Is.EqualTo("p-101"));
        Assert.That(problem.Text("orderId"), Is.EqualTo("o-1"));
        using var again = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        Assert.That(await again.SlugAsync(), Is.EqualTo("stock-shortage"));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1), "the same key gives the same answer, a refusal too");
    }

    [Test]
    public async Task An_order_that_is_not_decided_in_time_is_202_with_its_current_state()
    {
        Facts.Change = _ => null;
        Orders.OnPlace = _ => Task.FromResult<OrderView?>(null);
        using var customer = Api.Customer();
        using var response = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        var order = await response.JsonAsync();
        Assert.That(order.Text("status"), Is.EqualTo("placed"));
        Assert.That(order.GetProperty("lines")[0].Text("productId"), Is.EqualTo("p-100"));
        Assert.That(Orders.Placed.Single().Facts, Is.Null, "the workflow asks the teams itself");
    }

    [Test]
    public async Task A_request_that_failed_on_our_side_is_resumed_under_its_key_with_the_same_order()
    {
        Orders.OnPlace = _ => throw new OrdersUnavailableException("down");
        using var customer = Api.Customer();
        using var failed = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        var orderId = Orders.Placed.Single().Request.OrderId;
        Orders.OnFindExisting = met => new ExistingOrder(true, FakeOrders.View(met, "m-1"));
        using var again = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");

        Assert.That(failed.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await failed.SlugAsync(), Is.EqualTo("unavailable"));
        Assert.That(failed.Headers.RetryAfter, Is.Not.Null);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await again.JsonAsync()).Text("orderId"), Is.EqualTo(orderId));
        Assert.That(Orders.Placed, Has.Count.EqualTo(1), "what was begun is met, not begun again");
    }

    [Test]
    public async Task A_guest_reaches_its_order_by_its_token_and_no_other()
    {
        using var placed = await Api.Anonymous.PostAsync("/v1/orders", GuestBody(), "k-1");
        var order = await placed.JsonAsync();
        using var guest = Api.WithToken(order.Text("guestToken"));
        var foreign = await PlaceAsync();

        using var own = await guest.GetAsync(new Uri("/v1/orders/" + order.Text("orderId"), UriKind.Relative));
        using var other = await guest.GetAsync(new Uri("/v1/orders/" + foreign, UriKind.Relative));
        using var list = await guest.GetAsync(new Uri("/v1/orders", UriKind.Relative));
        Assert.That(own.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(list.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        using var again = await Api.Anonymous.PostAsync("/v1/orders", GuestBody(), "k-1");
        Assert.That((await again.JsonAsync()).Text("guestToken"), Is.EqualTo(order.Text("guestToken")), "the repetition answers the same token");
    }

    [Test]
    public async Task Nobody_places_an_order_for_another_member()
    {
        using var customer = Api.Customer("m-2");
        using var other = await customer.PostAsync("/v1/orders", OrderBody("m-1"), "k-1");
        using var nobody = await Api.Anonymous.PostAsync("/v1/orders", OrderBody("m-1"), "k-1");
        using var forged = Api.WithToken("a.b.c");
        using var invalid = await forged.PostAsync("/v1/orders", GuestBody(), "k-1");
        using var staff = Api.As("operator", "op-1");
        using var onBehalf = await staff.PostAsync("/v1/orders", OrderBody("m-1"), "k-1");

        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(nobody.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await nobody.SlugAsync(), Is.EqualTo("unauthorized"));
        Assert.That(invalid.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(onBehalf.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task A_duplicate_whose_first_runs_for_long_is_409_in_progress()
    {
        var decision = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var impatient = await ApiHost.StartAsync(services =>
        {
            services.AddSingleton<TimeProvider>(new LeapingClock());
            services.AddSingleton<IOrderFactsSource>(Facts);
            services.AddSingleton<IOrderCommands>(provider => new FakeOrders(provider.GetRequiredService<IOrderStore>())
            {
                OnPlace = async input =>
                {
                    begun.SetResult();
                    await decision.Task;
                    return FakeOrders.View(input.Request);
                },
            });
        });
        var customer = impatient.Customer();
        var first = customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        await begun.Task;
        using var second = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        decision.SetResult();
        using var answered = await first;
        customer.Dispose();

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await second.SlugAsync(), Is.EqualTo("request-in-progress"));
        Assert.That(second.Headers.RetryAfter, Is.Not.Null);
        Assert.That(answered.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Json_that_is_none_is_400_and_another_media_type_415()
    {
        using var customer = Api.Customer();
        using var broken = new StringContent("{", System.Text.Encoding.UTF8, "application/json");
        using var xml = new StringContent("<order/>", System.Text.Encoding.UTF8, "application/xml");
        using var notJson = await customer.PostAsync(new Uri("/v1/orders", UriKind.Relative), broken);
        using var notType = await customer.PostAsync(new Uri("/v1/orders", UriKind.Relative), xml);
        using var fraction = await customer.PostAsJsonAsync("/v1/orders", new { points = 1.5 });

        Assert.That(notJson.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await notJson.SlugAsync(), Is.EqualTo("malformed-request"));
        Assert.That(notType.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(await notType.SlugAsync(), Is.EqualTo("unsupported-media-type"));
        Assert.That((await fraction.JsonAsync()).GetProperty("errors").TryGetProperty("points", out _), Is.True);
    }

    /// <summary>A clock whose time of day is right and whose timestamp advances by ten seconds at each reading.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private long timestamp;

        public override long GetTimestamp() => Interlocked.Add(ref timestamp, 10 * TimestampFrequency);
    }
}
