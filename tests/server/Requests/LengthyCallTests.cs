using EmbeddedTemporal.Common;
using EmbeddedTemporal.Frontend;
using EmbeddedTemporal.Frontend.Transport;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>A call that may take long does not keep a thread that the others need.</summary>
[TestFixture]
[CancelAfter(30_000)]
public class LengthyCallTests
{
    [Test]
    public async Task A_lengthy_call_and_what_follows_it_run_beside_the_pool()
    {
        var handler = new Handler();
        var during = await BeginAsync(handler, "Long");
        var after = during.ContinueWith(
            _ => Thread.CurrentThread.IsThreadPoolThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        handler.Release();
        Assert.That(await during, Is.False);
        Assert.That(await after, Is.False);
    }

    [TestCase("ListWorkflowExecutions")]
    [TestCase("ScanWorkflowExecutions")]
    [TestCase("ListOpenWorkflowExecutions")]
    [TestCase("ListClosedWorkflowExecutions")]
    [TestCase("CountWorkflowExecutions")]
    [TestCase("StartBatchOperation")]
    public void A_search_among_all_runs_is_lengthy(string name)
    {
        Assert.That(typeof(WorkflowServiceHandler).GetMethod(name)!.IsDefined(typeof(LengthyAttribute), inherit: false));
    }

    [Test]
    public async Task Lengthy_calls_take_turns()
    {
        var handler = new Handler();
        var calls = new List<Task<bool>>();
        for (var i = 0; i < 4 * Environment.ProcessorCount; i++)
        {
            calls.Add(await BeginAsync(handler, "Long"));
        }

        handler.Release();
        await Task.WhenAll(calls);
        Assert.That(handler.MostAtATime, Is.InRange(1, Environment.ProcessorCount));
    }

    [Test]
    public async Task Any_other_call_runs_where_it_was_read()
    {
        Assert.That(await await BeginAsync(new Handler(), "Short"), Is.True);
    }

    [Test]
    public void A_refusal_of_a_lengthy_call_arrives_as_that_of_any_other()
    {
        Assert.That(async () => await await BeginAsync(new Handler(), "Refused"), Throws.TypeOf<RpcException>().With.Property("StatusCode").EqualTo(StatusCode.InvalidArgument));
    }

    /// <summary>Begins a call on a thread of the pool, as calls begin: a test's own would have all that follows come back to it.</summary>
    private static Task<Task<bool>> BeginAsync(Handler handler, string name)
    {
        var call = ServiceBinder.Methods(handler)[name];
        async Task<bool> AnswerAsync() => ((BoolValue)await call(new Empty(), new CallContext(DateTime.MaxValue, CancellationToken.None))).Value;
        return Task.Run(() => Task.FromResult(AnswerAsync()));
    }

    /// <summary>Its calls answer whether a thread of the pool runs them.</summary>
    private sealed class Handler
    {
        private readonly TaskCompletionSource released = new();
        private readonly Lock gate = new();
        private int running;

        public int MostAtATime { get; private set; }

        public static Task<BoolValue> Short(Empty request, CallContext call) => Task.FromResult(new BoolValue { Value = Thread.CurrentThread.IsThreadPoolThread });

        [Lengthy]
        public static Task<BoolValue> Refused(Empty request, CallContext call) => throw ServiceErrors.InvalidArgument("refused");

        [Lengthy]
        public Task<BoolValue> Long(Empty request, CallContext call)
        {
            Count(1);
            Wait(call.Cancellation);
            Count(-1);
            return Short(request, call);
        }

        public void Release() => released.SetResult();

        private void Count(int change)
        {
            lock (gate)
            {
                running += change;
                MostAtATime = Math.Max(MostAtATime, running);
            }
        }

        private void Wait(CancellationToken cancellationToken) => released.Task.Wait(cancellationToken);
    }
}
