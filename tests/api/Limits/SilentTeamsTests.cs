using System.Net;
using System.Net.Http.Json;

namespace OrderOrchestration.Tests.Api.Limits;

/// <summary>A cart is answered from stored data, whichever team is down (contract §1): here all of them are.</summary>
public sealed class SilentTeamsTests : FakedApi
{
    [Test]
    public async Task A_cart_is_changed_and_read_while_every_team_is_silent()
    {
        using var customer = Api.Customer();
        using var put = await customer.PutAsJsonAsync("/v1/carts/m-1/items/p-100", new { quantity = 2 });
        using var coupon = await customer.PutAsJsonAsync("/v1/carts/m-1/coupon", new { code = "WELCOME10" });
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var cart = await customer.GetAsync(new Uri("/v1/carts/m-1", UriKind.Relative)).JsonAsync();

        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(8)));
        Assert.That(new[] { put.StatusCode, coupon.StatusCode }, Has.All.EqualTo(HttpStatusCode.OK));
        var line = cart.GetProperty("lines")[0];
        Assert.That((line.Text("productId"), line.GetProperty("quantity").GetInt32()), Is.EqualTo(("p-100", 2)));
        Assert.That(line.TryGetProperty("available", out _), Is.False, "nobody knows");
        Assert.That(cart.Text("couponCode"), Is.EqualTo("WELCOME10"));
        Assert.That(
            cart.GetProperty("unanswered").EnumerateArray().Select(team => team.GetString()), Is.EqualTo(new[] { "product", "member", "promotion" }));
    }

    [Test]
    public async Task A_merge_loses_nothing_while_the_product_team_is_silent()
    {
        using var customer = Api.Customer();
        var guest = "g-" + Guid.NewGuid();
        using var put = await Api.Anonymous.PutAsJsonAsync($"/v1/carts/{guest}/items/p-100", new { quantity = 2 });
        var merged = await customer.PostAsync("/v1/carts/m-1/merge", new { guestCartId = guest }).JsonAsync();
        var left = await Api.Anonymous.GetAsync(new Uri("/v1/carts/" + guest, UriKind.Relative)).JsonAsync();

        Assert.That(merged.GetProperty("lines")[0].GetProperty("quantity").GetInt32(), Is.EqualTo(2));
        Assert.That(merged.GetProperty("leftOut").GetArrayLength(), Is.Zero);
        Assert.That(left.GetProperty("lines").GetArrayLength(), Is.Zero);
    }
}
