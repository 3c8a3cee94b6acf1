using Temporalio.Api.History.V1;

namespace OrderOrchestration.Tests.Server.Durability.Crashes;

/// <summary>What the caller was told of a call.</summary>
internal enum Answer
{
    /// <summary>It is done.</summary>
    Acknowledged,

    /// <summary>It is not done and will not be.</summary>
    Refused,

    /// <summary>Nothing: the power failed. It may be done or not.</summary>
    Lost,
}

/// <summary>Something a call should have left in a run's history, recognised by a token that only this call used.</summary>
/// <param name="Call">The call; what one call leaves is there as a whole or not at all.</param>
internal sealed record Trace(int Call, Answer Answer, string RunId, string What, Func<HistoryEvent, bool> Is);

/// <summary>
/// The model: everything that was asked and what the caller was told. It knows nothing of how the server works, only that what was
/// acknowledged is there once, what was refused is not there, and what was in doubt is there as a whole or not at all.
/// </summary>
internal sealed class Ledger
{
    private readonly List<Trace> traces = [];
    private readonly Dictionary<string, (bool Maybe, bool Surely)> cancelled = [];
    private readonly Dictionary<string, (string RunId, bool Acknowledged, bool Rejected, bool InDoubt)> updates = [];
    private readonly List<(string BaseRunId, string NewRunId, IReadOnlyList<Trace> Signals)> resets = [];
    private readonly Dictionary<string, int> failures = [];

    /// <summary>Gets how many runs each workflow id must have at least, and may have at most.</summary>
    public Dictionary<string, (int Least, int Most)> Runs { get; } = [];

    public void Left(int call, Answer answer, string runId, string what, Func<HistoryEvent, bool> isIt) => traces.Add(new(call, answer, runId, what, isIt));

    public void Began(string workflowId, Answer answer)
    {
        var (least, most) = Runs.GetValueOrDefault(workflowId);
        Runs[workflowId] = answer switch
        {
            Answer.Acknowledged => (least + 1, most + 1),
            Answer.Lost => (least, most + 1),
            _ => (least, most),
        };
    }

    public void Cancelled(string runId, Answer answer)
    {
        var (maybe, surely) = cancelled.GetValueOrDefault(runId);
        cancelled[runId] = (maybe || answer != Answer.Refused, surely || answer == Answer.Acknowledged);
    }

    public void Updated(string updateId, string runId, Answer answer)
    {
        if (answer != Answer.Refused)
        {
            updates[updateId] = (runId, answer == Answer.Acknowledged, false, false);
        }
    }

    public void Rejected(string updateId, string runId, Answer answer)
    {
        if (!updates.TryGetValue(updateId, out var update) || update.RunId != runId)
        {
            // A reset brought it to another run, which decides anew.
            return;
        }

        updates[updateId] = update with { Rejected = update.Rejected || answer == Answer.Acknowledged, InDoubt = update.InDoubt || answer == Answer.Lost };
    }

    public void FailedAttempt(string activity, Answer answer)
    {
        if (answer == Answer.Acknowledged)
        {
            failures[activity] = failures.GetValueOrDefault(activity) + 1;
        }
    }

    /// <summary>An activity's attempt tells how many failures were counted; time-outs may have come on top.</summary>
    public void Attempted(string activity, int attempt) => Assert.That(attempt, Is.GreaterThan(failures.GetValueOrDefault(activity)), $"attempt of {activity}");

    public void Reset(string baseRunId, string newRunId) =>
        resets.Add((baseRunId, newRunId, [.. traces.Where(trace => trace.RunId == baseRunId && trace.What.StartsWith("signal", StringComparison.Ordinal))]));

    /// <summary>Holds the histories of all runs against what was answered.</summary>
    /// <param name="open">The runs that are still open: nothing that they were sent may be missing.</param>
    public void Verify(IReadOnlyDictionary<string, IReadOnlyList<HistoryEvent>> histories, IReadOnlySet<string> open)
    {
        foreach (var call in traces.GroupBy(trace => trace.Call))
        {
            VerifyCall([.. call.Select(trace => (trace, Count(trace)))]);
        }

        foreach (var (runId, (maybe, surely)) in cancelled)
        {
            var count = histories[runId].Count(e => e.WorkflowExecutionCancelRequestedEventAttributes is not null);
            Assert.That(count, Is.InRange(surely ? 1 : 0, maybe ? 1 : 0), $"cancel requests of {runId}");
        }

        foreach (var (updateId, update) in updates)
        {
            var count = histories[update.RunId].Count(e => e.WorkflowExecutionUpdateAcceptedEventAttributes?.ProtocolInstanceId == updateId);
            var must = update is { Acknowledged: true, Rejected: false, InDoubt: false } && open.Contains(update.RunId);
            Assert.That(count, Is.InRange(must ? 1 : 0, update.Rejected ? 0 : 1), $"acceptances of update {updateId}: {update}");
        }

        foreach (var (baseRunId, newRunId, signals) in resets)
        {
            foreach (var signal in signals)
            {
                Assert.That(histories[newRunId].Count(signal.Is), Is.EqualTo(histories[baseRunId].Count(signal.Is)), $"{signal.What} in {newRunId}, reset from {baseRunId}");
            }
        }

        int Count(Trace trace) => histories.TryGetValue(trace.RunId, out var events) ? events.Count(trace.Is) : 0;
    }

    private static void VerifyCall(IReadOnlyList<(Trace Trace, int Count)> call)
    {
        foreach (var (trace, count) in call)
        {
            var expected = trace.Answer switch
            {
                Answer.Acknowledged => Is.EqualTo(1),
                Answer.Refused => Is.Zero,
                _ => (NUnit.Framework.Constraints.IResolveConstraint)Is.InRange(0, 1),
            };
            Assert.That(count, expected, $"{trace.What} in {trace.RunId}, {trace.Answer}");
        }

        Assert.That(call.Select(found => found.Count).Distinct().Count(), Is.EqualTo(1), $"call {call[0].Trace.Call} ({call[0].Trace.What}) is half done");
    }
}
