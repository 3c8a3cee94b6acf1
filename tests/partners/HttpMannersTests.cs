using System.Net;
using System.Text;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>Errors are problem documents with the right status, and leave nothing behind.</summary>
public sealed class HttpMannersTests
{
    [TestCase("GET", "/payment/nothing-here", HttpStatusCode.NotFound)]
    [TestCase("GET", "/nowhere", HttpStatusCode.NotFound)]
    [TestCase("PUT", "/payment/payments", HttpStatusCode.MethodNotAllowed)]
    [TestCase("DELETE", "/product/products/p-100", HttpStatusCode.MethodNotAllowed)]
    public async Task What_there_is_not_is_a_problem(string method, string path, HttpStatusCode status)
    {
        await using var teams = await PartnersHarness.StartAsync();

        var reply = await teams.SendAsync(HttpMethod.Parse(method), path, null, "k");

        Assert.That((reply.Status, reply.ContentType), Is.EqualTo((status, "application/problem+json")));
    }

    [TestCase("/payment/payments", "{")]
    [TestCase("/payment/payments", "[]")]
    [TestCase("/payment/payments", "")]
    [TestCase("/payment/payments", """{"orderId":"o-1","attempt":1,"amount":1}""")]
    [TestCase("/payment/payments", """{"orderId":null,"attempt":1,"amount":1,"method":"card"}""")]
    [TestCase("/payment/payments", """{"orderId":"o-1","attempt":1,"amount":"1","method":"card"}""")]
    [TestCase("/payment/payments", """{"orderId":"o-1","attempt":1,"amount":1.5,"method":"card"}""")]
    [TestCase("/payment/payments", """{"orderId":"o-1","attempt":1,"amount":0,"method":"card"}""")]
    [TestCase("/payment/payments", """{"orderId":" ","attempt":1,"amount":1,"method":"card"}""")]
    [TestCase("/product/stock-reservations", """{"orderId":"o-1","lines":[],"ttlSeconds":60}""")]
    [TestCase("/product/stock-reservations", """{"orderId":"o-1","lines":[{"productId":"p-100","quantity":0}],"ttlSeconds":60}""")]
    [TestCase("/product/stock-reservations", """{"orderId":"o-1","lines":[{"productId":"p-100","quantity":1}],"ttlSeconds":0}""")]
    [TestCase("/member/members/m-1/point-uses", """{"orderId":"o-1","points":-5}""")]
    [TestCase("/notification/notifications", """{"to":"m-1","template":"","data":{}}""")]
    public async Task A_malformed_body_is_400_and_changes_nothing(string path, string body)
    {
        await using var teams = await PartnersHarness.StartAsync();

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var reply = await teams.PostAsync(path, content);

        Assert.That((reply.Status, reply.Problem), Is.EqualTo((HttpStatusCode.BadRequest, "/problems/invalid-request")));
        Assert.That(teams.Partners.Books.Orders, Is.Empty);
        Assert.That(teams.Partners.Books.Notifications, Is.Empty);
    }

    [Test]
    public async Task A_body_that_is_no_json_type_is_415()
    {
        await using var teams = await PartnersHarness.StartAsync();

        using var content = new StringContent("<order/>", Encoding.UTF8, "application/xml");

        Assert.That((await teams.PostAsync("/payment/payments", content)).Status, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [Test]
    public async Task A_sum_beyond_all_bounds_is_refused()
    {
        await using var teams = await PartnersHarness.StartAsync();
        var lines = new[] { new { productId = "p-100", quantity = long.MaxValue }, new { productId = "p-100", quantity = long.MaxValue } };

        var reply = await teams.PostAsync("/product/stock-reservations", new { orderId = "o-1", lines, ttlSeconds = 60 });

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await teams.ReserveAsync("o-1", "p-100", 1, ttlSeconds: long.MaxValue)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task The_books_of_an_unknown_order_are_empty_and_a_stray_step_or_event_is_404()
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That((await teams.GetAsync("/books?orderId=o-0"))["orders"].GetArrayLength(), Is.Zero);
        Assert.That((await teams.PostAsync("/steps/step-0", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.PostAsync("/steps/next", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.PostAsync("/events/event-0/again", new { })).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
