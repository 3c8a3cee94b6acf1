using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Workflows.Events;

namespace OrderOrchestration.Tests.Api.Documents;

/// <summary>The documents say what the program does.</summary>
public sealed class DocumentTests : FakedApi
{
    // Answers that a test of HTTP alone cannot bring about: the store away, and a database's answer that takes longer than its caller waits.
    private static readonly string[] ElsewhereReached = ["503", "429", "413"];

    [Test]
    public async Task Every_operation_names_who_may_call_it_and_every_problem_has_an_example()
    {
        var document = await ReadAsync("/openapi/v1.json");
        var schemes = document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key);
        Assert.That(schemes, Is.EquivalentTo(new[] { "bearer", "guestToken", "standardWebhooks" }));
        var ids = new List<string>();
        foreach (var (name, operation) in Operations(document))
        {
            Assert.That(operation["security"]?.AsArray(), Is.Not.Null.And.Not.Empty, name);
            Assert.That(operation["summary"]?.GetValue<string>(), Is.Not.Empty, name);
            ids.Add(operation["operationId"]!.GetValue<string>());
            foreach (var (status, response) in operation["responses"]!.AsObject())
            {
                foreach (var problem in response!["content"]?["application/problem+json"] is { } content ? [content] : Array.Empty<JsonNode>())
                {
                    var types = problem["schema"]!["properties"]!["type"]!["enum"]!.AsArray().Select(type => type!.GetValue<string>()).ToList();
                    var examples = problem["examples"]!.AsObject().Select(example => example.Value!["value"]!).ToList();
                    Assert.That(examples.Select(example => example["type"]!.GetValue<string>()), Is.EquivalentTo(types), name);
                    Assert.That(examples.Select(example => example["status"]!.ToString()), Has.All.EqualTo(status), name);
                }
            }
        }

        Assert.That(ids, Is.Unique);
    }

    [Test]
    public async Task Every_body_has_an_example_that_is_valid_by_its_schema_and_is_taken()
    {
        var answers = await OpenApiAnswers.ReadAsync(Api.Anonymous);
        var examples = answers.BodyExamples().ToList();
        Assert.That(examples, Has.Count.GreaterThan(15));
        foreach (var (operation, example, schema) in examples)
        {
            Assert.That(example, Is.Not.Null, operation);
            Assert.That(answers.IsValid(schema, JsonSerializer.SerializeToElement(example), out var why), Is.True, $"{operation}: {why}");
        }

        using var customer = Api.Customer();
        var order = examples.Single(example => example.Operation == "POST /v1/orders").Example.DeepClone().AsObject();
        order.Remove("couponCode");
        using var placed = await customer.PostAsync("/v1/orders", order, "k-1");
        Assert.That((int)placed.StatusCode, Is.EqualTo(201), await placed.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task What_is_answered_is_declared_and_what_is_declared_is_answered()
    {
        var answers = await OpenApiAnswers.ReadAsync(Api.Anonymous);
        await using var walk = new DocumentWalk(Api, Orders, Facts, answers, await PlaceAsync());
        var seen = await walk.RunAsync();
        var faults = seen.Select(answer => answers.FaultOf(answer.Method, answer.Path, answer.Status, answer.MediaType, answer.Body)).OfType<string>().ToList();
        Assert.That(faults.Distinct(), Is.Empty);

        var reached = seen.Select(answer => $"{answer.Method} {answer.Path} {(int)answer.Status}").ToHashSet(StringComparer.Ordinal);
        var missed = answers.Declared.Where(declared => !reached.Contains(declared) && !ElsewhereReached.Contains(declared[^3..])).ToList();
        Assert.That(missed, Is.EquivalentTo(DocumentedCalls.ReachedElsewhere));
    }

    [Test]
    public async Task Asyncapi_names_every_event_of_the_catalogue_once_in_and_once_out()
    {
        var document = await ReadAsync("/asyncapi/v1.json");
        var published = EventCatalogue.All.Where(type => type.Direction == EventDirection.Published).Select(type => type.Type);
        var received = EventCatalogue.All.Where(type => type.Direction == EventDirection.Received).Select(type => type.Type);

        Assert.That(document["asyncapi"]!.GetValue<string>(), Is.EqualTo("3.0.0"));
        Assert.That(Names(document["channels"]!["subscribers"]!["messages"]!), Is.EquivalentTo(published));
        Assert.That(Names(document["channels"]!["events"]!["messages"]!), Is.EquivalentTo(received));
        Assert.That(Names(document["components"]!["messages"]!), Is.EquivalentTo(EventCatalogue.All.Select(type => type.Type)));
        Assert.That(document["operations"]!["publish"]!["action"]!.GetValue<string>(), Is.EqualTo("send"));
        Assert.That(document["operations"]!["receive"]!["action"]!.GetValue<string>(), Is.EqualTo("receive"));
        foreach (var (name, message) in document["components"]!["messages"]!.AsObject())
        {
            var fields = document["components"]!["schemas"]![name]!["properties"]!["data"]!["properties"]!;
            Assert.That(message!["payload"]!["$ref"]!.GetValue<string>(), Is.EqualTo("#/components/schemas/" + name));
            Assert.That(Names(fields), Is.EquivalentTo(EventCatalogue.Find(name)!.DataFields));
        }
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(property => property.Key);

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!);

    private async Task<JsonNode> ReadAsync(string path) => JsonNode.Parse(await Api.Anonymous.GetStringAsync(new Uri(path, UriKind.Relative)))!;
}
