using System.Text;
using System.Text.Json;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Tests.Storage.Privacy;

/// <summary>Which values of our JSON are personal, and that all other bytes stay as they are.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PersonalJsonTests
{
    [TestCase("""{"orderId":"o-1","shipTo":{"recipient":"홍"},"lines":[{"name":"cup"}]}""", """{"recipient":"홍"}""")]
    [TestCase("""{"request":{"guest":{"name":"홍","phone":"1"},"deliveryNote":"문 앞"}}""", """{"name":"홍","phone":"1"}""", "\"문 앞\"")]
    [TestCase("""{"facts":{"member":{"memberId":"m","birthday":"2000-03-01","phone":null}}}""", "\"2000-03-01\"")]
    [TestCase("""{"reason":"change-of-mind"}""")]
    [TestCase("""{"reason":"홍길동이 싫대요"}""", "\"홍길동이 싫대요\"")]
    [TestCase("""{"a\"b":1,"\u0070hone":"010"}""", "\"010\"")]
    [TestCase("""{"events":[{"data":{"orderId":"o","receivedBy":"홍","surprise":{"who":"홍"}}},{"surprise":"no data"}]}""", "\"홍\"", """{"who":"홍"}""")]
    [TestCase("""{"data":{"lines":[{"name":"x"}],"amount":1}}""")]
    [TestCase("""{"message":"not of a failure"}""")]
    [TestCase("""["shipTo","phone"]""")]
    [TestCase("\"phone\"")]
    public void Personal_values_of_a_message(string json, params string[] personal) => Assert.That(Find(json, PersonalShape.Message), Is.EqualTo(personal));

    [TestCase("""{"orderId":"o","location":"강남","status":"x","recipientName":"홍","amount":5}""", "\"강남\"", "\"홍\"")]
    public void Personal_values_of_an_events_data(string json, params string[] personal) => Assert.That(Find(json, PersonalShape.EventData), Is.EqualTo(personal));

    [TestCase("""{"message":"to 홍","stack_trace":"at x"}""", "\"to 홍\"", "\"at x\"")]
    public void Personal_values_of_a_failure(string json, params string[] personal) => Assert.That(Find(json, PersonalShape.Failure), Is.EqualTo(personal));

    [Test]
    public void What_is_deep_is_found_and_what_follows_deep_data_is_judged_anew()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 80)) + """{"phone":"010"}""" + new string('}', 80);
        Assert.That(Find(deep, PersonalShape.Message), Is.EqualTo(new[] { "\"010\"" }));
        Assert.That(Find("""{"x":{"data":{"unknown":1}},"y":{"z":{"unknown":2}},"w":[{"v":{"unknown":3}}]}""", PersonalShape.Message), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void Only_the_values_are_replaced()
    {
        var json = Encoding.UTF8.GetBytes("""{ "amount" : 1.50, "phone" :  "010" , "z":[ 1,2 ] }""");
        var replaced = PersonalJson.Replace(json, PersonalJson.FindClear(json, PersonalShape.Message), ["\"x\""u8.ToArray()]);
        Assert.That(Encoding.UTF8.GetString(replaced), Is.EqualTo("""{ "amount" : 1.50, "phone" :  "x" , "z":[ 1,2 ] }"""));
    }

    [Test]
    public void An_erased_value_reads_as_its_readers_expect_and_equal_ones_stay_equal()
    {
        foreach (var name in PersonalFields.Names)
        {
            var field = PersonalFields.Find(name, ofEvent: false, ofFailure: true)!;
            Assert.DoesNotThrow(() => JsonDocument.Parse(field.Erased("abcdefghijklmn")).Dispose(), name);
        }

        var shipTo = PersonalFields.Find("shipTo", ofEvent: false, ofFailure: false)!;
        Assert.That(shipTo.Erased("abcdefghijklmn"), Is.EqualTo(shipTo.Erased("abcdefghijklmn")).And.Not.EqualTo(shipTo.Erased("ABCDEFGHIJKLMN")));
    }

    private static string[] Find(string json, PersonalShape shape)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return [.. PersonalJson.FindClear(bytes, shape).Select(value => Encoding.UTF8.GetString(value.In(bytes)))];
    }
}
