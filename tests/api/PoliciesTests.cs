using Microsoft.Extensions.Options;

namespace OrderOrchestration.Tests.Api;

public sealed class PoliciesTests
{
    [Test]
    public async Task Policies_are_set_by_configuration()
    {
        await using var api = await ApiHost.StartAsync(settings: new Dictionary<string, string?>
        {
            ["OrderPolicies:MinimumOrderAmount"] = "5000",
            ["OrderPolicies:PaymentTimeout"] = "00:00:30",
            ["OrderPolicies:VipDiscountRate"] = "0.1",
        });
        var policies = await api.Anonymous.GetAsync(new Uri("/v1/policies", UriKind.Relative)).JsonAsync();

        Assert.That(policies.GetProperty("minimumOrderAmount").GetInt64(), Is.EqualTo(5_000));
        Assert.That(policies.Text("paymentTimeout"), Is.EqualTo("00:00:30"));
        Assert.That(policies.GetProperty("vipDiscountRate").GetDecimal(), Is.EqualTo(0.1m));
    }

    [TestCase("PaymentTimeout", "00:00:00")]
    [TestCase("MinimumOrderAmount", "-1")]
    [TestCase("VipDiscountRate", "1.5")]
    [TestCase("MaxCartItems", "0")]
    public async Task A_policy_out_of_its_range_stops_the_start(string name, string value) =>
        await Assert.ThatAsync(
            () => ApiHost.StartAsync(settings: [new($"OrderPolicies:{name}", value)]), Throws.InstanceOf<OptionsValidationException>());
}
