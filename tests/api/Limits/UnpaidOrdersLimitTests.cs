using System.Net;

namespace OrderOrchestration.Tests.Api.Limits;

/// <summary>A member or a phone holds stock with at most so many unpaid orders (policy <c>MaxUnpaidOrders</c>).</summary>
public sealed class UnpaidOrdersLimitTests : FakedApi
{
    [Test]
    public async Task MaxUnpaidOrders_the_next_unpaid_order_of_a_member_or_a_phone_is_409()
    {
        using var customer = Api.Customer();
        for (var i = 0; i < 5; i++)
        {
            using var placed = await customer.PostAsync("/v1/orders", OrderBody(), $"k-{i}");
            using var guests = await Api.Anonymous.PostAsync("/v1/orders", GuestBody(), $"k-{i}");
            Assert.That((placed.StatusCode, guests.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
        }

        using var sixth = await customer.PostAsync("/v1/orders", OrderBody(), "k-6");
        using var guestsSixth = await Api.Anonymous.PostAsync("/v1/orders", GuestBody(), "k-6");
        using var anothers = await Api.Anonymous.PostAsync("/v1/orders", GuestBody("010-2222-2222"), "k-6");

        Assert.That((sixth.StatusCode, guestsSixth.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
        Assert.That((await sixth.SlugAsync(), await guestsSixth.SlugAsync()), Is.EqualTo(("too-many-unpaid-orders", "too-many-unpaid-orders")));
        Assert.That(anothers.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task MaxUnpaidOrders_holds_for_orders_that_are_placed_at_once([Values] bool member)
    {
        using var customer = Api.Customer();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => member
            ? customer.PostAsync("/v1/orders", OrderBody(), $"k-{i}")
            : Api.Anonymous.PostAsync("/v1/orders", GuestBody(), $"k-{i}")));

        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), Is.EqualTo(5));
        Assert.That(answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict), Is.EqualTo(7));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Test]
    public async Task MaxUnpaidOrders_an_order_that_came_to_nothing_does_not_count()
    {
        using var customer = Api.Customer();
        Facts.Change = known => known with { Products = [] };
        for (var i = 0; i < 6; i++)
        {
            using var refused = await customer.PostAsync("/v1/orders", OrderBody(), $"refused-{i}");
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        }

        Facts.Change = known => known;
        using var placed = await customer.PostAsync("/v1/orders", OrderBody(), "k-1");
        Assert.That(placed.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }
}
