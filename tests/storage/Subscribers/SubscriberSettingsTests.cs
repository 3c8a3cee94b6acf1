using Microsoft.Extensions.Configuration;
using OrderOrchestration.Activities.Subscribers;

namespace OrderOrchestration.Tests.Storage.Subscribers;

public sealed class SubscriberSettingsTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

    [Test]
    public void A_subscriber_is_read_from_its_section()
    {
        var subscriber = Read(("Url", "https://crm.example.com/hook"), ("Secret", Secret), ("Types", "order.* settlement.payout-completed")).Single();

        Assert.That(subscriber.Name, Is.EqualTo("crm"), "however a host spells it");
        Assert.That(subscriber.Url.Host, Is.EqualTo("crm.example.com"));
        Assert.That(subscriber.Secrets.Single(), Has.Length.EqualTo(24));
        Assert.That(subscriber.Types.Admits("order.refund-completed"), Is.True);
        Assert.That(subscriber.Types.Admits("settlement.payout-completed"), Is.True);
        Assert.That(subscriber.Types.Admits("settlement.failed"), Is.False);
        Assert.That(subscriber.Types.Admits("cart.item-added"), Is.False);
        Assert.That(subscriber.Types.Admits("payment.approved"), Is.False, "others' events are theirs to publish");
    }

    [TestCase("Url", null)]
    [TestCase("Url", "crm.example.com")]
    [TestCase("Url", "ftp://crm.example.com/")]
    [TestCase("Secret", null)]
    [TestCase("Secret", "whsec_dG9vLXNob3J0")]
    [TestCase("Secret", "whsec_%%%")]
    [TestCase("Types", null)]
    [TestCase("Types", "order.placd")]
    [TestCase("Types", "payment.*")]
    public void A_wrong_setting_is_named_and_no_secret_revealed(string name, string? value)
    {
        var settings = new Dictionary<string, string?> { ["Url"] = "https://crm.example.com/", ["Secret"] = Secret, ["Types"] = "*", [name] = value };
        var error = Assert.Throws<InvalidOperationException>(() => Read([.. settings.Select(setting => (setting.Key, setting.Value))]));

        Assert.That(error!.Message, Does.StartWith($"Subscribers:Crm:{name}"));
        Assert.That(error.Message, Does.Not.Contain("MDEyMz").And.Not.Contain("dG9v"));
    }

    [Test]
    public void Nobody_subscribes_where_nothing_is_configured() => Assert.That(SubscriberSettings.Read(new ConfigurationBuilder().Build()), Is.Empty);

    private static IReadOnlyList<Subscriber> Read(params (string Name, string? Value)[] settings) => SubscriberSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => "Subscribers:Crm:" + setting.Name, setting => setting.Value)).Build());
}
