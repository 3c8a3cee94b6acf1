using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OrderOrchestration.Tests.Api.Access;

/// <summary>Export, erasure and the remote codec over HTTP (contract §6).</summary>
public sealed class PersonalDataTests : FakedApi
{
    [Test]
    public async Task A_member_reads_everything_that_is_held_of_it()
    {
        var orderId = await PlaceAsync();
        using var member = Api.Customer();
        var held = await JsonAsync(member, HttpMethod.Get, "/v1/members/m-1/personal-data", HttpStatusCode.OK);
        Assert.That(held.GetProperty("orders")[0].GetProperty("order").GetProperty("orderId").GetString(), Is.EqualTo(orderId));
        Assert.That(held.GetProperty("orders")[0].GetProperty("order").GetProperty("shipTo").GetProperty("recipient").GetString(), Is.Not.Empty);
        Assert.That(held.TryGetProperty("erasedAt", out _), Is.False);
    }

    [Test]
    public async Task An_open_order_keeps_its_customer_and_a_members_order_is_erased_with_the_member()
    {
        var orderId = await PlaceAsync();
        using var member = Api.Customer();
        using var admin = Api.As("admin", "a-1");
        var open = await JsonAsync(member, HttpMethod.Delete, "/v1/members/m-1/personal-data", HttpStatusCode.Conflict);
        Assert.That(open.GetProperty("type").GetString(), Is.EqualTo("/problems/orders-open"));
        Assert.That(open.GetProperty("orders")[0].GetString(), Is.EqualTo(orderId));
        var members = await JsonAsync(admin, HttpMethod.Delete, $"/v1/orders/{orderId}/personal-data", HttpStatusCode.Conflict);
        Assert.That(members.GetProperty("type").GetString(), Is.EqualTo("/problems/members-order"));
        await JsonAsync(admin, HttpMethod.Delete, "/v1/orders/o-unknown/personal-data", HttpStatusCode.NotFound);
    }

    [Test]
    public async Task An_erased_member_reads_only_when_it_was_erased_and_erasing_again_answers_the_same()
    {
        using var member = Api.Customer("m-7");
        await JsonAsync(member, HttpMethod.Post, "/v1/members/m-7/addresses", HttpStatusCode.Created, new { recipient = "Hong", phone = "010-0000-0000", postalCode = "06236", address1 = "Teheran-ro 1" });
        var erased = await JsonAsync(member, HttpMethod.Delete, "/v1/members/m-7/personal-data", HttpStatusCode.OK);
        var again = await JsonAsync(member, HttpMethod.Delete, "/v1/members/m-7/personal-data", HttpStatusCode.OK);
        var held = await JsonAsync(member, HttpMethod.Get, "/v1/members/m-7/personal-data", HttpStatusCode.OK);
        Assert.That(again.ToString(), Is.EqualTo(erased.ToString()));
        Assert.That(held.EnumerateObject().Select(field => field.Name), Is.EquivalentTo(new[] { "memberId", "erasedAt" }));
        Assert.That((await JsonAsync(member, HttpMethod.Get, "/v1/members/m-7/addresses", HttpStatusCode.OK)).GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task What_the_codec_encodes_it_decodes_and_what_is_no_json_it_leaves_alone()
    {
        using var staff = Api.As("operator", "op-1");
        var clear = Payload("json/plain", """{"shipTo":{"recipient":"홍길동"},"amount":5}""");
        var encoded = (await JsonAsync(staff, HttpMethod.Post, "/v1/codec/encode", HttpStatusCode.OK, new { payloads = new[] { clear } })).GetProperty("payloads");
        var data = Encoding.UTF8.GetString(encoded[0].GetProperty("data").GetBytesFromBase64());
        Assert.That(data, Does.StartWith("{\"shipTo\":\"$p1.").And.EndsWith("\"amount\":5}"));

        var decoded = await JsonAsync(staff, HttpMethod.Post, "/v1/codec/decode", HttpStatusCode.OK, new { payloads = encoded });
        Assert.That(Encoding.UTF8.GetString(decoded.GetProperty("payloads")[0].GetProperty("data").GetBytesFromBase64()), Does.Contain("홍길동"));
        foreach (var odd in new[] { Payload("binary/plain", "phone"), Payload("json/plain", "{no json") })
        {
            var same = await JsonAsync(staff, HttpMethod.Post, "/v1/codec/decode", HttpStatusCode.OK, new { payloads = new[] { odd } });
            Assert.That(same.GetProperty("payloads")[0].GetProperty("data").GetString(), Is.EqualTo(JsonSerializer.SerializeToElement(odd).GetProperty("data").GetString()));
        }

        using var malformed = await staff.PostAsync(new Uri("/v1/codec/decode", UriKind.Relative), new StringContent("[", Encoding.UTF8, "application/json"));
        Assert.That(malformed.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Pages_of_the_configured_origins_may_use_the_codec_and_no_others()
    {
        await using var api = await ApiHost.StartAsync(Fake, settings: [new("Privacy:CodecOrigins", "https://temporal.example.com https://other.example.com")]);
        foreach (var (origin, allowed) in new[] { ("https://temporal.example.com", true), ("https://other.example.com", true), ("https://evil.example.com", false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/codec/decode");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-namespace");
            using var answer = await api.Anonymous.SendAsync(preflight);
            Assert.That(answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allows) && allows.Single() == origin, Is.EqualTo(allowed), origin);
        }
    }

    private static object Payload(string encoding, string data) => new
    {
        metadata = new { encoding = Convert.ToBase64String(Encoding.UTF8.GetBytes(encoding)) },
        data = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)),
    };

    private static async Task<JsonElement> JsonAsync(HttpClient client, HttpMethod method, string path, HttpStatusCode expected, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(expected), text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
