using EmbeddedTemporal.Visibility;
using Grpc.Core;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Server.Visibility;

/// <summary>Which search attributes there can be, and which values they take.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SearchAttributeRegistryTests
{
    private readonly VisibilityFixture visibility = new();

    private SearchAttributeRegistry Attributes => visibility.Attributes;

    [TestCase("City", "\"Seoul\"")]
    [TestCase("City", "[\"Seoul\"]")]
    [TestCase("City", "null")]
    [TestCase("City", "[]")]
    [TestCase("Sellers", "[\"a\",\"b\"]")]
    [TestCase("Payable", "9007199254740993")]
    [TestCase("Weight", "1")]
    [TestCase("Gift", "false")]
    [TestCase("Due", "\"2026-03-01T00:00:00.123456789Z\"")]
    [TestCase("TemporalChangeVersion", "[\"a-1\"]")]
    [TestCase("BuildIds", "[\"a\"]")]
    public void A_value_of_the_type_is_taken(string name, string json) =>
        Assert.That(() => Attributes.Validate(VisibilityFixture.Namespace, Single(name, json)), Throws.Nothing);

    [TestCase("City", "1", "invalid value for search attribute City of type Keyword: 1")]
    [TestCase("City", "[\"a\",\"b\"]", "invalid value for search attribute City of type Keyword: [a b]")]
    [TestCase("Sellers", "\"a\"", "invalid value for search attribute Sellers of type KeywordList: a")]
    [TestCase("Sellers", "[1]", "invalid value for search attribute Sellers of type KeywordList: [1]")]
    [TestCase("Payable", "1.5", "invalid value for search attribute Payable of type Int: 1.5")]
    [TestCase("Gift", "\"true\"", "invalid value for search attribute Gift of type Bool: true")]
    [TestCase("Due", "\"tomorrow\"", "invalid value for search attribute Due of type Datetime: tomorrow")]
    [TestCase("Nope", "1", $"Namespace {VisibilityFixture.Namespace} has no mapping defined for search attribute Nope")]
    [TestCase("WorkflowId", "\"a\"", "WorkflowId attribute can't be set in SearchAttributes")]
    [TestCase("TemporalWorkerDeployment", "\"a\"", "TemporalWorkerDeployment attribute can't be set in SearchAttributes")]
    public void Any_other_is_refused_by_name(string name, string json, string refusal)
    {
        var refused = Assert.Throws<RpcException>(() => Attributes.Validate(VisibilityFixture.Namespace, Single(name, json)))!;
        Assert.That((refused.StatusCode, refused.Status.Detail), Is.EqualTo((StatusCode.InvalidArgument, refusal)));
    }

    [Test]
    public void A_value_may_be_2_KiB_and_no_more()
    {
        string Text(int bytes) => $"\"{new string('a', bytes - 2)}\"";
        Assert.That(() => Attributes.Validate(VisibilityFixture.Namespace, Single("City", Text(2048))), Throws.Nothing);
        Assert.That(
            () => Attributes.Validate(VisibilityFixture.Namespace, Single("City", Text(2049))),
            Throws.TypeOf<RpcException>().With.Message.Contains("value size 2049 exceeds size limit 2048"));
    }

    [Test]
    public void Values_are_kept_with_their_type_and_unset_ones_are_not_kept()
    {
        var given = Single("City", "\"Seoul\"");
        given.IndexedFields["Gift"] = VisibilityFixture.Json("null");
        var kept = Attributes.Normalize(VisibilityFixture.Namespace, given);
        Assert.That(kept.IndexedFields.Keys, Is.EqualTo(new[] { "City" }));
        Assert.That(kept.IndexedFields["City"].Metadata["type"].ToStringUtf8(), Is.EqualTo("Keyword"));
        Assert.That(given.IndexedFields["City"].Metadata.ContainsKey("type"), Is.False);
    }

    [Test]
    public void An_attribute_that_is_there_keeps_its_type()
    {
        Attributes.Add(VisibilityFixture.Namespace, [new("City", IndexedValueType.Int), new("Color", IndexedValueType.Text)]);
        Assert.That(Attributes.Custom(VisibilityFixture.Namespace)["City"], Is.EqualTo(IndexedValueType.Keyword));
        Assert.That(Attributes.Custom(VisibilityFixture.Namespace)["Color"], Is.EqualTo(IndexedValueType.Text));
    }

    [TestCase("WorkflowId", IndexedValueType.Keyword, "Search attribute WorkflowId is reserved by system.")]
    [TestCase("TemporalMine", IndexedValueType.Keyword, "Search attribute TemporalMine is reserved by system.")]
    [TestCase("Memo", IndexedValueType.Keyword, "Search attribute Memo is reserved by system.")]
    [TestCase("Mine", IndexedValueType.Unspecified, "Unknown search attribute type: Unspecified.")]
    public void A_reserved_name_or_no_type_is_refused(string name, IndexedValueType type, string refusal) => Assert.That(
        Assert.Throws<RpcException>(() => Attributes.Add(VisibilityFixture.Namespace, [new(name, type)]))!.Status.Detail,
        Is.EqualTo(refusal));

    [TestCase(IndexedValueType.Keyword, 10)]
    [TestCase(IndexedValueType.KeywordList, 3)]
    [TestCase(IndexedValueType.Int, 3)]
    public void There_is_room_for_so_many_of_a_type_and_no_more(IndexedValueType type, int most)
    {
        Attributes.Load("other", []);
        Attributes.Add("other", Enumerable.Range(0, most).Select(number => new KeyValuePair<string, IndexedValueType>($"A{number}", type)));
        Assert.That(
            Assert.Throws<RpcException>(() => Attributes.Add("other", [new("OneMore", type)]))!.Status.Detail,
            Is.EqualTo($"Unable to create search attributes: cannot have more than {most} search attribute of type {type}."));
        Assert.That(Attributes.Custom("other"), Has.Count.EqualTo(most));
    }

    [Test]
    public void Removing_a_system_attribute_is_refused_and_an_unknown_one_passed_over()
    {
        Assert.That(
            Assert.Throws<RpcException>(() => Attributes.Remove(VisibilityFixture.Namespace, ["City", "WorkflowType"]))!.Status.Detail,
            Is.EqualTo("Unable to remove non-custom search attributes: WorkflowType."));
        Assert.That(Attributes.Custom(VisibilityFixture.Namespace), Contains.Key("City"));
        Assert.That(() => Attributes.Remove(VisibilityFixture.Namespace, ["Nope"]), Throws.Nothing);
    }

    [Test]
    public void A_change_that_cannot_be_saved_is_not_made()
    {
        var attributes = new SearchAttributeRegistry((_, _) => throw new IOException("disk full"));
        Assert.That(() => attributes.Add("default", [new("City", IndexedValueType.Keyword)]), Throws.TypeOf<IOException>());
        Assert.That(attributes.Custom("default"), Is.Empty);
    }

    private static SearchAttributes Single(string name, string json) => new() { IndexedFields = { [name] = VisibilityFixture.Json(json) } };
}
