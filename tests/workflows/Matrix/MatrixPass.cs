using System.Collections.Concurrent;
using System.Diagnostics;
using OrderOrchestration.Activities.Temporal;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Invariants;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Api.Enums.V1;

namespace OrderOrchestration.Tests.Workflows.Matrix;

/// <summary>One column of the matrix: orders of every stage, every command sent to them while some teams are away, and their ends once all are back.</summary>
/// <param name="isAdmitted">Whether a stage admits something while nobody is away; <c>null</c> where that is what this pass is to find out.</param>
internal sealed class MatrixPass(OrderHarness harness, Absence absence, Func<Stage, MatrixCommand, bool>? isAdmitted)
{
    private const int AtOnce = 4;

    /// <summary>The longest wait of nineteen answers in twenty; the others may be slower because other suites run beside this one.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait of any answer, however busy the machine is; a run that blocks on a silent team takes longer.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause before a step is tried again.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(61);

    private readonly ConcurrentDictionary<(Stage Stage, MatrixCommand? MatrixCommand), Cell> cells = new();
    private readonly ConcurrentBag<PlacedOrder> orders = [];
    private readonly ConcurrentBag<TimeSpan> answers = [];
    private (OrderRequest Request, OrderFacts? Facts)? placing;

    /// <summary>What was observed; without a command: how far the other teams bring the order.</summary>
    public IReadOnlyDictionary<(Stage Stage, MatrixCommand? MatrixCommand), Cell> Cells => cells;

    public int Orders => orders.Count;

    public TimeSpan Slowest => answers.DefaultIfEmpty().Max();

    public async Task RunAsync()
    {
        var prepared = await PrepareAsync();
        harness.Teams.Faults.Set(absence.Rules);
        await Parallel.ForEachAsync(Stage.All, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (stage, _) => await AskAllAsync(stage, prepared));
        if (absence == Absence.Nobody)
        {
            Assert.That(harness.Teams.Faults.Current.Sum(fault => fault.Applied), Is.Zero, "an order asks nothing of finance and notification");
        }

        harness.Teams.Faults.Clear();
        await EndAsync();
        Assert.That(answers.Count(answer => answer > LongestWait), Is.AtMost(Math.Max(1, answers.Count / 20)), $"answers while {absence} is away, the slowest after {Slowest}");
    }

    /// <summary>One order for each command that is admitted, and one that gets all commands that are not and is then left to the teams.</summary>
    private async Task<Dictionary<Stage, Queue<PlacedOrder>>> PrepareAsync()
    {
        var wanted = Stage.All.Where(stage => stage != Stage.Placing)
            .SelectMany(stage => Enumerable.Repeat(stage, 1 + MatrixCommand.All.Count(ask => isAdmitted?.Invoke(stage, ask) ?? false)))
            .Select(stage => (Stage: stage, Id: OrderHarness.NewOrderId()))
            .ToList();
        harness.Teams.Faults.Set([.. wanted.SelectMany(order => order.Stage.Before(order.Id))]);

        // An absent team delays the placing of its orders; logistics only of an order that asks for the facts itself.
        var request = Stage.Placing.Request("quoted");
        placing = (request, absence.Teams is [Team.Logistics] ? null : await harness.QuoteAsync(request));
        var ready = new ConcurrentBag<(Stage Stage, PlacedOrder Order)>();
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (order, _) =>
            ready.Add((order.Stage, await ReachAsync(order.Stage, order.Id))));
        return ready.GroupBy(order => order.Stage).ToDictionary(group => group.Key, group => new Queue<PlacedOrder>(group.Select(order => order.Order)));
    }

    private async Task<PlacedOrder> ReachAsync(Stage stage, string orderId)
    {
        var order = stage == Stage.Placing
            ? await harness.StartAsync(placing!.Value.Request with { OrderId = orderId }, placing.Value.Facts, OrderHarness.Usual, isStored: true)
            : await harness.StartAsync(stage.Request(orderId), OrderHarness.Usual, isStored: true);
        orders.Add(order);
        await stage.ReachAsync(order);
        await order.WhenNothingMovesAsync();
        return order;
    }

    /// <summary>A refused command leaves the order unchanged, so the next command goes to the same order; an accepted one uses it up.</summary>
    private async Task AskAllAsync(Stage stage, IReadOnlyDictionary<Stage, Queue<PlacedOrder>> prepared)
    {
        if (stage == Stage.Placing && !absence.HoldsPlacing)
        {
            return;
        }

        var unchanged = await NextAsync(stage, prepared);
        foreach (var ask in MatrixCommand.All)
        {
            var takes = isAdmitted is null || stage == Stage.Placing || isAdmitted(stage, ask);
            var order = takes && isAdmitted is not null && stage != Stage.Placing ? await NextAsync(stage, prepared) : unchanged;
            var answer = await AnswerAsync(order, ask);
            var isRefused = answer != Cell.Accepted;
            await order.WhenNothingMovesAsync();
            cells[(stage, ask)] = new Cell(answer, await StandingAsync(order));
            if (order == unchanged && !isRefused)
            {
                Assert.That(takes, Is.True, $"{stage}, {absence} away: {ask} is refused while everybody is there, and was accepted");
                unchanged = await NextAsync(stage, prepared);
            }
        }

        await LetOthersActAsync(unchanged);
        cells[(stage, null)] = new Cell(string.Empty, await StandingAsync(unchanged));
    }

    private async Task<PlacedOrder> NextAsync(Stage stage, IReadOnlyDictionary<Stage, Queue<PlacedOrder>> prepared) =>
        stage != Stage.Placing && prepared[stage].TryDequeue(out var order) ? order : await LateAsync(stage);

    /// <summary>Prepared while the team is away: of an order that is being placed, or while nobody that matters is away.</summary>
    private async Task<PlacedOrder> LateAsync(Stage stage)
    {
        var orderId = OrderHarness.NewOrderId();
        FaultRule[] before = [.. stage.Before(orderId)];
        if (before.Length > 0)
        {
            harness.Teams.Faults.Add(before);
        }

        var order = await ReachAsync(stage, orderId);
        if (before.Length > 0)
        {
            harness.Teams.Faults.Set(absence.Rules);
        }

        return order;
    }

    private async Task<string> AnswerAsync(PlacedOrder order, MatrixCommand ask)
    {
        var watch = Stopwatch.StartNew();
        string answer;
        try
        {
            answer = await PlacedOrder.RefusalOfAsync(order.SendAsync(ask.Update, $"{ask.Update}-{Guid.NewGuid()}", ask.Command)) ?? Cell.Accepted;
        }
        catch (UpdateWithdrawnException)
        {
            answer = "503";
        }

        answers.Add(watch.Elapsed);
        Assert.That(watch.Elapsed, Is.LessThan(LongestAnswer), $"{ask} while {absence} is away");
        return answer;
    }

    /// <summary>The teams that are there act until they have nothing left to do.</summary>
    private async Task LetOthersActAsync(PlacedOrder order)
    {
        while (harness.Teams.Steps.Pending(order.OrderId).FirstOrDefault(step => !absence.Teams.Contains(step.Team)) is { } step)
        {
            harness.Teams.Steps.Run(step.StepId);
            await order.WhenNothingMovesAsync();
        }
    }

    private static async Task<string> StandingAsync(PlacedOrder order)
    {
        var view = order.Stored!.View;
        var run = await order.DescribeAsync(default);
        IEnumerable<string> words =
        [
            KebabCase.Name(view.Status),
            .. view.CancellationRequestedAt is null ? Array.Empty<string>() : ["cancellation asked for"],
            .. view.Payments.TakeLast(1).Where(payment => payment.Status is PaymentStatus.Pending).Select(_ => "payment open"),
            .. view.Refunds.Select(refund => $"{refund.RefundId.Replace(order.OrderId + "-", string.Empty, StringComparison.Ordinal)} {KebabCase.Name(refund.Status)}"),
            .. view.Exchanges.Select(exchange => $"{exchange.ExchangeId} {KebabCase.Name(exchange.Status)}"),
            .. view.Attentions.Select(attention => $"stuck at {attention.Step}"),
        ];
        var waits = run.PendingActivities.Select(activity => activity.ActivityType.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", words) + (waits.Count == 0 ? string.Empty : $"; waits: {string.Join(", ", waits)}");
    }

    /// <summary>All teams are back and do what is left to do: every order ends, and the books balance.</summary>
    private async Task EndAsync()
    {
        var open = await OpenAsync();
        for (var round = 0; round < 12 && open.Count > 0; round++)
        {
            await harness.SkipAsync(round < 4 ? Retry : TimeSpan.FromDays(8));
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (order, _) => await GoOnAsync(order));
            open = await OpenAsync();
        }

        var observed = new List<ObservedOrder>();
        foreach (var order in orders)
        {
            observed.Add(await order.CollectEvidenceAsync());
        }

        Assert.That(observed.Where(found => !found.IsOver).Select(found => $"{found.OrderId}: {harness.Store.Find(found.OrderId)?.Describe()}"), Is.Empty, "every order ends");
        OrderInvariants.Hold(observed, harness.Teams.Books.Imbalances);
    }

    private async Task GoOnAsync(PlacedOrder order)
    {
        await order.WhenNothingMovesAsync();
        foreach (var refund in order.Stored!.View.Refunds.Where(refund => refund.Status == RefundStatus.AwaitingApproval).ToList())
        {
            await order.SendAsync("decide-refund", $"decide-{Guid.NewGuid()}", seen => new RefundDecision(refund.RefundId, true, "admin:lee", "seen", seen));
        }

        if (order.Stored!.View.Attention is not null)
        {
            await order.SendAsync("recover", $"recover-{Guid.NewGuid()}", seen => new RecoverCommand(RecoveryActions.Retry, "all are back", "operator:kim", SeenVersion: seen));
        }

        while (harness.Teams.Steps.RunNext(order.OrderId) is not null)
        {
            await order.WhenNothingMovesAsync();
        }
    }

    private async Task<IReadOnlyList<PlacedOrder>> OpenAsync()
    {
        var open = new List<PlacedOrder>();
        foreach (var order in orders)
        {
            if ((await order.DescribeAsync(default)).WorkflowExecutionInfo.Status == WorkflowExecutionStatus.Running)
            {
                open.Add(order);
            }
        }

        return open;
    }
}

/// <summary>How a command was answered, and the order's state after it while the teams were still away.</summary>
internal sealed record Cell(string Answer, string Standing)
{
    public const string Accepted = "accepted";

    public bool IsAccepted => Answer == Accepted;

    public override string ToString() => Answer is Accepted or "" ? Standing : $"{Answer}: {Standing}";
}
