using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>Applies one history to the program and to the model at once; the first difference is an exception that describes it.</summary>
internal sealed partial class RefundHistory
{
    private readonly PricingModel terms;
    private readonly RefundModel model;
    private readonly OrderSpecification scenario;
    private readonly List<string> log = [];
    private readonly bool isCompared;
    private int names;

    /// <param name="isCompared">Whether the program's figures are compared with the model's; otherwise the history is only applied.</param>
    public RefundHistory(PricingModel terms, bool isCompared = true)
    {
        this.terms = terms;
        this.isCompared = isCompared;
        model = new RefundModel(terms);
        scenario = RandomOrders.ScenarioOf(terms, isMember: true).Prepared();
        Same("paid", model.Paid, (scenario.Order.Charged + scenario.Order.PointsUsed).Amount);
        Same("card", model.Card, scenario.Order.Charged.Amount);
    }

    public Order Order => scenario.Order;

    /// <summary>What happened so far, one line each, for the message of a failure.</summary>
    public string Log => string.Join("\n", log.Prepend(string.Join(", ", terms.Lines)).Prepend(terms.ToString()));

    public void Play(Act act)
    {
        switch (act.Kind)
        {
            case < 34: Request(act); break;
            case < 42: Decide(act, approved: act.B % 3 > 0); break;
            case < 60: Progress(act); break;
            case < 68: Finish(act); break;
            case < 74: Exchange(act); break;
            case < 80: EndExchange(act); break;
            case < 88: CancelPart(act); break;
            case < 94: Advance(); break;
            case < 97: ComeBack(act); break;
            default: CancelWhole(act); break;
        }

        if (isCompared)
        {
            Invariants.Hold(this, model);
        }
    }

    /// <summary>Lets everything that is open come to its end.</summary>
    public void End()
    {
        for (var i = 0; i < 3 && scenario.Order.Refunds.Exists(refund => refund.IsOpen()); i++)
        {
            foreach (var open in scenario.Order.Refunds.Where(refund => refund.IsOpen()).ToList())
            {
                DecideIfAwaiting(open.RefundId, approved: true);
                Progress(open.RefundId, new Act(0, 0, 0, 999));
                Finish(open.RefundId);
            }
        }

        Invariants.Hold(this, model);
        Invariants.HoldAtTheEnd(this, model);
    }

    /// <summary>Some units of one or two lines.</summary>
    private int[] Units(Act act)
    {
        var units = new int[terms.Lines.Count];
        units[act.A % units.Length] = 1 + (act.B % terms.Lines[act.A % units.Length].Quantity);
        if (act.C % 3 == 0)
        {
            var other = (act.A + 1) % units.Length;
            units[other] = Math.Max(units[other], 1 + (act.C % terms.Lines[other].Quantity));
        }

        return units;
    }

    private static LineQuantity[] Lines(int[] units) =>
        [.. units.Select((quantity, i) => new LineQuantity($"p-{i}", quantity)).Where(line => line.Quantity > 0)];

    private bool AreLeft(int[] units) => units.Select((quantity, i) => quantity <= model.UnitsLeft(i) - Exchanging(i)).All(fits => fits);

    private int Exchanging(int line) => scenario.Order.Exchanges
        .Where(exchange => exchange.IsOpen()).SelectMany(exchange => exchange.Lines).Where(unit => unit.ProductId == $"p-{line}").Sum(unit => unit.Quantity);

    private void Request(Act act)
    {
        Advance(toDelivery: true);
        if (!scenario.Order.IsDelivered)
        {
            return;
        }

        var units = Units(act);
        var reason = RefundReasons.OfCustomers[act.C / 10 % 3];
        var isChangeOfMind = reason == RefundReasons.ChangeOfMind;
        var isAdmin = act.C % 7 == 0;
        var stays = act.B % 5 == 0;
        bool? returned = stays ? false : null;
        var id = $"r-{++names}";
        scenario.AskRefund(id, reason, Lines(units), returned, isAdmin ? "admin:kim" : "customer");
        log.Add($"ask {id} {reason} {string.Join(",", units)}{(scenario.Refused is { } no ? " refused " + no.Slug : string.Empty)}");
        Same("is admitted", AreLeft(units) && !model.IsEmpty, scenario.Refused is null);
        if (scenario.Refused is null)
        {
            Asked(id, isChangeOfMind, hasFee: true, units, ApprovalOf(stays && !isChangeOfMind, isAdmin));
        }
    }

    /// <summary>The estimate of the request equals the model's.</summary>
    private void Asked(string id, bool isChangeOfMind, bool hasFee, int[] units, Func<Asked, bool>? waits = null)
    {
        var asked = model.Request(id, isChangeOfMind, hasFee, units);
        var refund = scenario.Refund(id);
        log.Add($"  estimated {asked.Priced} and {refund.Amount}");
        Same($"estimate of {id}", asked.Priced.Total, refund.Amount.Size().Amount);
        Same($"fee of {id}", asked.Priced.Fee, refund.Amount.Fee.Amount);
        if (waits is not null)
        {
            Same($"{id} waits for an admin", waits(asked), refund.Status == RefundStatus.AwaitingApproval);
        }
    }

    private void Decide(Act act, bool approved)
    {
        var awaiting = scenario.Order.Refunds.FindAll(refund => refund.Status == RefundStatus.AwaitingApproval);
        if (!awaiting.IsEmpty)
        {
            DecideIfAwaiting(awaiting[act.A % awaiting.Count].RefundId, approved);
        }
    }

    private void DecideIfAwaiting(string id, bool approved)
    {
        scenario.DecideRefund(id, approved);
        if (scenario.Refused is not null)
        {
            return;
        }

        log.Add($"{(approved ? "approve" : "reject")} {id}");
        if (!approved)
        {
            Rejected(id);
        }
    }

    private void Rejected(string id)
    {
        model.Reject(id);
        foreach (var open in model.Refunds.Where(refund => refund is { IsRejected: false, IsFinal: false }))
        {
            Same($"new estimate of {open.Id}", open.Priced.Total, scenario.Refund(open.Id).Amount.Size().Amount);
        }
    }

    private void Progress(Act act)
    {
        var open = scenario.Order.Refunds.FindAll(refund =>
            refund is { Money: MoneyStage.None, AwaitingStop: false, Status: RefundStatus.AwaitingPickup or RefundStatus.Processing });
        if (!open.IsEmpty)
        {
            Progress(open[act.A % open.Count].RefundId, act);
        }
    }

    private void Progress(string id, Act act)
    {
        if (scenario.Refund(id).Status == RefundStatus.AwaitingPickup)
        {
            scenario.PickUp(id, act.B % 2 == 0 ? "good" : "defective");
            log.Add($"collect {id}");
        }
        else if (scenario.Refund(id) is { Status: RefundStatus.Processing, Money: MoneyStage.None, AwaitingStop: false })
        {
            AskForMoney(id, act);
        }
    }

    private void Finish(Act act)
    {
        var asked = scenario.Order.Refunds.FindAll(refund => refund.IsOpen() && refund.Money != MoneyStage.None);
        if (!asked.IsEmpty)
        {
            Finish(asked[act.A % asked.Count].RefundId);
        }
    }

    private void Finish(string id)
    {
        if (scenario.Refund(id) is { Money: not MoneyStage.None, Status: RefundStatus.Processing })
        {
            scenario.Finish(id);
            log.Add($"finish {id}");
        }
    }

    private void AskForMoney(string id, Act act)
    {
        var refund = scenario.Refund(id);
        var card = RefundPricing.Of(scenario.Order, refund).Card;
        var due = model.IsAccrued ? Math.Max(0, model.ClawBackDue(card.Amount)) : 0;
        Same($"due of {id}", due, scenario.Order.IsCompleted ? Math.Max(0, RefundExecution.ClawBackDue(scenario.Order, refund).Amount) : 0);
        var left = (Card: scenario.Order.CardLeft.Amount, Points: scenario.Order.PointsLeft.Amount);
        var taken = due * Math.Min(act.C, 500) / 500;
        scenario.AskForMoney(id, new Won(taken));
        var asked = model.AskForMoney(id, card.Amount, due, taken);
        var amount = scenario.Refund(id).Amount;
        log.Add($"money {id}: {asked.Priced} due {due} taken {taken} and {amount}");
        Same($"amount of {id}", asked.Priced.Total - asked.Withheld, amount.Size().Amount);
        Same($"fee of {id}", asked.Priced.Fee, amount.Fee.Amount);
        Same($"withheld of {id}", asked.Withheld, amount.Withheld.Amount);
        if (asked.Priced.Card is { } fixedCard && asked.Withheld == 0 && fixedCard <= left.Card && asked.Priced.Total - fixedCard <= left.Points)
        {
            Same($"card of {id}", fixedCard, amount.Card.Amount);
            Same($"shipping of {id}", asked.Priced.Shipping, amount.Shipping.Amount);
        }
    }

    private void Same<T>(string what, T expected, T actual)
    {
        if (isCompared && !EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: the rules say {expected}, the program {actual}");
        }
    }
}
