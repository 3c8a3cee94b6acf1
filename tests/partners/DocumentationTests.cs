using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary><c>docs/partners.md</c> says what the program does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "partners.md"));

    [Test]
    public async Task The_products_of_the_page_are_those_of_the_catalogue()
    {
        await using var teams = await PartnersHarness.StartAsync();

        var documented = ProductRow().Matches(Page)
            .Select(row => (row.Groups["id"].Value, Won(row.Groups["price"]), row.Groups["seller"].Value, row.Groups["category"].Value));

        Assert.That(documented, Is.EquivalentTo(teams.Partners.Product.All().Select(p => (p.ProductId, p.Price, p.SellerId, p.CategoryId))));
    }

    [Test]
    public async Task Every_coupon_and_every_member_of_the_page_is_there_and_none_is_left_out()
    {
        await using var teams = await PartnersHarness.StartAsync();

        Assert.That(CouponCell().Matches(Page).Select(m => m.Groups["code"].Value), Is.EquivalentTo(teams.Partners.Promotion.All().Select(c => c.Code)));
        var members = MemberRow().Matches(Page)
            .Select(m => (m.Groups["id"].Value, m.Groups["tier"].Value, Won(m.Groups["points"])));
        Assert.That(members, Is.EquivalentTo(teams.Partners.Member.All().Take(5).Select(m => (m.MemberId, m.Tier, m.PointBalance))));
    }

    [TestCase("/scenario")]
    [TestCase("/faults")]
    public async Task The_examples_of_the_page_are_accepted(string path)
    {
        await using var teams = await PartnersHarness.StartAsync();
        var example = CurlExample().Matches(Page).Single(m => m.Groups["path"].Value == path).Groups["body"].Value;

        using var content = new StringContent(example, Encoding.UTF8, "application/json");
        var reply = await teams.PutAsync(path, content);

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
    }

    [GeneratedRegex(@"^\| (?<id>p-\d+) \| (?<price>[\d,]+) \| (?<seller>s-\d) (?<category>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex ProductRow();

    [GeneratedRegex(@"^\| (?<id>m-\d) \| (?<tier>[A-Z]+) \| (?<points>[\d,]+) \|", RegexOptions.Multiline)]
    private static partial Regex MemberRow();

    [GeneratedRegex(@"\| (?<code>[A-Z]+\d+) \| ")]
    private static partial Regex CouponCell();

    [GeneratedRegex(@"curl -X PUT localhost:8090(?<path>/\w+) [^']+'content-type: application/json' -d '(?<body>[^']+)'")]
    private static partial Regex CurlExample();

    private static long Won(Group text) => long.Parse(text.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrderOrchestration.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the tests run inside the repository");
        }

        return folder.FullName;
    }
}
