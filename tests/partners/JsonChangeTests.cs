using System.Net;
using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Partners.Support;

namespace OrderOrchestration.Tests.Partners;

/// <summary>How a fault changes an answer or an event: JSON Pointers with values, and which of them are refused.</summary>
public sealed class JsonChangeTests
{
    [TestCase("""{"rules":[{"answer":{"set":{"price":1}}}]}""")]
    [TestCase("""{"rules":[{"answer":{"remove":["price"]}}]}""")]
    [TestCase("""{"rules":[{"webhooks":{"data":{"raw":"x"}}}]}""")]
    [TestCase("""{"rules":[{"webhooks":{},"answer":{"raw":"x"}}]}""")]
    [TestCase("""{"rules":[{"status":199,"answer":{"raw":"x"}}]}""")]
    public async Task Words_that_make_no_sense_are_refused(string body)
    {
        await using var teams = await PartnersHarness.StartAsync();

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.That((await teams.PutAsync("/faults", content)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        using var added = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.That((await teams.PostAsync("/faults", added)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(teams.Partners.Faults.Current, Is.Empty);
    }

    [TestCase("""{"/a/b": 2}""", null, """{"a":{"b":2},"l":[1,2]}""")]
    [TestCase("""{"/l/1": null}""", null, """{"a":{"b":1},"l":[1,null]}""")]
    [TestCase("""{"/l/-": 3}""", """["/a"]""", """{"l":[1,2,3]}""")]
    [TestCase(null, """["/l/0", "/a/b"]""", """{"a":{},"l":[2]}""")]
    [TestCase("""{"/x/y/z": 1, "/l/9": 1, "/l/x": 1, "/a/b/c": 1}""", """["/x/y", "/l/9", "/none"]""", """{"a":{"b":1},"l":[1,2]}""")]
    [TestCase("""{"/m~1n~0o": 1}""", null, """{"a":{"b":1},"l":[1,2],"m/n~o":1}""")]
    [TestCase("""{"": [1]}""", null, "[1]")]
    public void A_pointer_changes_what_it_names_and_passes_over_what_is_not_there(string? set, string? remove, string expected)
    {
        using var document = JsonDocument.Parse("""{"a":{"b":1},"l":[1,2]}""");
        var change = new JsonChange(
            set is null ? null : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(set),
            remove is null ? null : JsonSerializer.Deserialize<List<string>>(remove));

        Assert.That(change.Apply(document.RootElement).GetRawText(), Is.EqualTo(expected));
    }
}
