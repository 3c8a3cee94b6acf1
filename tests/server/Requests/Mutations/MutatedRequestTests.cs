using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmbeddedTemporal;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using OrderOrchestration.Tests.Server.Durability;
using OrderOrchestration.Tests.Server.Workflows;
using Temporalio.Api.Dependencies.Google.Api;
using Temporalio.Client;
using OperatorReflection = Temporalio.Api.OperatorService.V1.ServiceReflection;
using TestReflection = Temporalio.Api.TestService.V1.ServiceReflection;
using WorkflowReflection = Temporalio.Api.WorkflowService.V1.ServiceReflection;

namespace OrderOrchestration.Tests.Server.Requests.Mutations;

/// <summary>
/// Whatever a client sends, it gets an answer that says what is wrong, and nobody else is harmed: no fault of the server's own, no silence, a
/// workflow that has nothing to do with it still runs to its end, and the database opens again. <c>MUTATION_ROUNDS</c> makes it more.
/// </summary>
[TestFixture]
[CancelAfter(300_000)]
public partial class MutatedRequestTests
{
    private const int Rounds = 24;

    /// <summary>Calls that wait for something to happen: over HTTP they may be left unanswered for as long as the caller stays.</summary>
    private static readonly HashSet<string> Waiting =
        ["GetWorkflowExecutionHistory", "QueryWorkflow", "UpdateWorkflowExecution", "PollWorkflowExecutionUpdate", "PollActivityExecution", "ExecuteMultiOperation"];

    private static int RoundsAsked =>
        Environment.GetEnvironmentVariable("MUTATION_ROUNDS") is { } asked ? int.Parse(asked, CultureInfo.InvariantCulture) : Rounds;

    [Test]
    public async Task A_mutated_grpc_request_is_answered_and_harms_nobody()
    {
        var services = new[] { WorkflowReflection.Descriptor.Services[0], OperatorReflection.Descriptor.Services[0] };
        var methods = services.SelectMany(service => service.Methods).ToList();
        await WithCanaryAsync((server, random) => SendAllAsync(server, random, methods));
    }

    /// <summary>On its own: what it does to the time is its purpose, not harm.</summary>
    [Test]
    public async Task A_mutated_request_about_time_is_answered()
    {
        await using var server = await TestServer.StartAsync();
        await SendAllAsync(server, new Random(1), [.. TestReflection.Descriptor.Services[0].Methods]);
    }

    [Test]
    public async Task A_mutated_http_request_is_answered_and_harms_nobody() => await WithCanaryAsync(async (server, random) =>
    {
        using var http = new HttpClient { BaseAddress = server.Server.HttpAddress };
        for (var round = 0; round < RoundsAsked / 4; round++)
        {
            var targets = await MutationTargets.CreateAsync(server);
            foreach (var (method, rule) in Routes())
            {
                await SendAsync(http, method, rule, new MessageFiller(random, targets.Pool), new Mutator(random));
            }
        }
    });

    private static async Task SendAllAsync(TestServer server, Random random, List<MethodDescriptor> methods)
    {
        using var wire = new GrpcWire(server.Server.TargetHost);
        var faults = new Dictionary<string, string>();
        for (var round = 0; round < RoundsAsked; round++)
        {
            foreach (var method in methods)
            {
                var targets = await MutationTargets.CreateAsync(server, tokenFor: method.Name);
                var message = new MessageFiller(random, targets.Pool).Fill(method.InputType);
                var mutator = new Mutator(random);
                for (var spoils = random.Next(3); spoils > 0; spoils--)
                {
                    mutator.Spoil(message);
                }

                var bytes = message.ToByteArray();
                var status = await wire.CallAsync(method.Service.FullName, method.Name, round % 3 == 2 ? mutator.Spoil(bytes) : bytes);
                if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss)
                {
                    faults[$"{method.Name}: {status.StatusCode} {status.Detail}"] = $"{message}";
                }
            }
        }

        Assert.That(faults, Is.Empty);
    }

    /// <summary>Every way to call a method over HTTP.</summary>
    private static IEnumerable<(MethodDescriptor Method, HttpRule Rule)> Routes() =>
        from method in WorkflowReflection.Descriptor.Services[0].Methods.Concat(OperatorReflection.Descriptor.Services[0].Methods)
        let rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)
        where rule is not null
        from binding in rule.AdditionalBindings.Prepend(rule)
        select (method, binding);

    private static async Task SendAsync(HttpClient http, MethodDescriptor method, HttpRule rule, MessageFiller filler, Mutator mutator)
    {
        var template = $"{rule.Get}{rule.Post}{rule.Put}{rule.Delete}{rule.Patch}";
        var path = Field().Replace(template, field => Uri.EscapeDataString(
            field.Value == "{namespace}" && mutator.Coin() ? "default" : mutator.Coin() ? "victim" : mutator.Spoil("victim")));
        var body = JsonFormatter.Default.Format(filler.Fill(method.InputType));
        using var request = new HttpRequestMessage(
            new HttpMethod($"{rule.PatternCase}"), new Uri($"{path}?pretty&maximumPageSize={Uri.EscapeDataString(mutator.Spoil("10"))}", UriKind.Relative));
        if (rule.Body.Length > 0)
        {
            request.Content = new StringContent(mutator.Coin() ? mutator.Spoil(body) : body, Encoding.UTF8, "application/json");
        }

        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(Waiting.Contains(method.Name) ? 50 : 30_000));
        try
        {
            using var response = await http.SendAsync(request, timeout.Token);
            var answer = await response.Content.ReadAsStringAsync(timeout.Token);
            Assert.That((int)response.StatusCode, Is.LessThan(500).Or.AnyOf(501, 503, 504), $"{request.Method} {path} {body}: {answer}");
        }
        catch (OperationCanceledException) when (Waiting.Contains(method.Name))
        {
            // It waits for what the request asked it to wait for.
        }
    }

    private static async Task WithCanaryAsync(Func<TestServer, Random, Task> body)
    {
        using var database = new DatabaseFile();
        var options = new EmbeddedTemporalOptions { DatabaseFile = database.Path, HttpPort = 0 };
        var canary = new WorkflowOptions { Id = "canary" };
        await using (var server = await TestServer.StartAsync(options))
        {
            canary.TaskQueue = server.TaskQueue;
            await server.WithWorkerAsync(worker => worker.AddWorkflow<MessagesWorkflow>(), async () =>
            {
                var handle = await server.Client.StartWorkflowAsync((MessagesWorkflow wf) => wf.RunAsync(), canary);
                await body(server, new Random(1));
                await handle.SignalAsync(wf => wf.AddAsync("still there"));
                await handle.SignalAsync(wf => wf.FinishAsync());
                Assert.That(await handle.GetResultAsync(), Is.EqualTo(new[] { "still there" }));
            });
        }

        await using var again = await TestServer.StartAsync(options);
        await foreach (var found in again.Client.ListWorkflowsAsync(""))
        {
            Assert.That((await again.Client.GetWorkflowHandle(found.Id, found.RunId).FetchHistoryAsync()).Events, Is.Not.Empty);
        }
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Field();
}
