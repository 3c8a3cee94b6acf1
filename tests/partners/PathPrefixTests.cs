using System.Net;
using OrderOrchestration.Partners;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>A team's base address may carry a path prefix (contract §2).</summary>
public sealed class PathPrefixTests
{
    [Test]
    public async Task The_teams_answer_under_the_prefix_and_nowhere_else()
    {
        await using var teams = await PartnersHarness.StartAsync(options => options with { PathPrefix = "/gateway/v2" });
        teams.Partners.Faults.Set(new FaultRule(Path: "/members/m-2", Status: 503));

        Assert.That(teams.Partners.BaseUrl(Team.Member), Is.EqualTo($"{teams.Partners.Address}/gateway/v2/member"));
        Assert.That((await teams.GetAsync("/gateway/v2/member/members/m-1")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await teams.GetAsync("/gateway/v2/member/members/m-2")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await teams.GetAsync("/member/members/m-1")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await teams.GetAsync("/books")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(teams.Partners.Books.Calls.Select(c => c.Call), Does.Contain("GET /member/members/{memberId}"));
    }

    [TestCase("gateway")]
    [TestCase("/gateway/")]
    [TestCase("/{gateway}")]
    [TestCase("/")]
    public void A_prefix_that_is_none_is_refused(string prefix) =>
        Assert.That(async () => await PartnersServer.StartAsync(new PartnersOptions { PathPrefix = prefix }), Throws.InstanceOf<FormatException>());
}
