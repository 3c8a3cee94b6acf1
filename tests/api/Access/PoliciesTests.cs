using Microsoft.Extensions.Options;

namespace OrderOrchestration.Tests.Api.Access;

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
            ["OrderPolicies:CommissionRates:default"] = "0.12",
            ["OrderPolicies:CommissionRates:food"] = "0.08",
            ["OrderPolicies:SettlementTime"] = "03:15",
            ["OrderPolicies:PayoutTime"] = "Friday 11:00",
        });
        var policies = await api.Anonymous.GetAsync(new Uri("/v1/policies", UriKind.Relative)).JsonAsync();

        Assert.That(policies.GetProperty("minimumOrderAmount").GetInt64(), Is.EqualTo(5_000));
        Assert.That(policies.Text("paymentTimeout"), Is.EqualTo("00:00:30"));
        Assert.That(policies.GetProperty("vipDiscountRate").GetDecimal(), Is.EqualTo(0.1m));
        Assert.That(policies.GetProperty("commissionRates").GetProperty("default").GetDecimal(), Is.EqualTo(0.12m));
        Assert.That(policies.GetProperty("commissionRates").GetProperty("food").GetDecimal(), Is.EqualTo(0.08m));
        Assert.That(policies.Text("settlementTime"), Is.EqualTo("03:15:00"));
        Assert.That(policies.Text("payoutTime"), Is.EqualTo("Friday 11:00"));
    }

    [TestCase("PaymentTimeout", "00:00:00")]
    [TestCase("MinimumOrderAmount", "-1")]
    [TestCase("VipDiscountRate", "1.5")]
    [TestCase("MaxCartItems", "0")]
    [TestCase("CommissionRates:food", "1.01")]
    [TestCase("CommissionRates:default", "-0.1")]
    public async Task A_policy_out_of_its_range_stops_the_start(string name, string value) =>
        await Assert.ThatAsync(
            () => ApiHost.StartAsync(settings: [new($"OrderPolicies:{name}", value)]), Throws.InstanceOf<OptionsValidationException>());
}
