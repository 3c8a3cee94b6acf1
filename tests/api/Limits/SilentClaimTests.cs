using System.Net;

namespace OrderOrchestration.Tests.Api.Limits;

/// <summary>A claim while the member team is silent is answered within the time of a person's request, and can be repeated under its key.</summary>
public sealed class SilentClaimTests : FakedApi
{
    [Test]
    public async Task A_phone_that_nobody_can_verify_now_is_422_and_the_same_key_asks_again()
    {
        using var customer = Api.Customer();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var first = await customer.PostAsync("/v1/orders/claims", new { phone = "010-0000-0000" }, "k-1");
        using var again = await customer.PostAsync("/v1/orders/claims", new { phone = "010-0000-0000" }, "k-1");

        Assert.That(System.Diagnostics.Stopwatch.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(16)));
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await first.SlugAsync(), Is.EqualTo("phone-not-verifiable"));
        Assert.That(await again.SlugAsync(), Is.EqualTo("phone-not-verifiable"));
    }
}
