using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>Lets one order live in the program and in the model at once; the first difference ends it with words.</summary>
internal sealed partial class RefundHistory
{
    private readonly Terms terms;
    private readonly RefundModel model;
    private readonly Story story;
    private readonly List<string> told = [];
    private readonly bool isCompared;
    private int names;

    /// <param name="isCompared">The program's figures are held against the model's; else the order only lives.</param>
    public RefundHistory(Terms terms, bool isCompared = true)
    {
        this.terms = terms;
        this.isCompared = isCompared;
        model = new RefundModel(terms);
        story = RandomOrders.StoryOf(terms, isMember: true).Prepared();
        Same("paid", model.Paid, (story.Order.Charged + story.Order.PointsUsed).Amount);
        Same("card", model.Card, story.Order.Charged.Amount);
    }

    public Order Order => story.Order;

    /// <summary>What happened, in words.</summary>
    public string Told => string.Join("\n", told.Prepend(string.Join(", ", terms.Lines)).Prepend(terms.ToString()));

    public void Play(Act act)
    {
        switch (act.Dice)
        {
            case < 34: Ask(act); break;
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
        for (var i = 0; i < 3 && story.Order.Refunds.Exists(refund => refund.IsOpen()); i++)
        {
            foreach (var open in story.Order.Refunds.Where(refund => refund.IsOpen()).ToList())
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

    private int Exchanging(int line) => story.Order.Exchanges
        .Where(exchange => exchange.IsOpen()).SelectMany(exchange => exchange.Lines).Where(unit => unit.ProductId == $"p-{line}").Sum(unit => unit.Quantity);

    private void Ask(Act act)
    {
        Advance(toDelivery: true);
        if (!story.Order.IsDelivered)
        {
            return;
        }

        var units = Units(act);
        var reason = RefundReasons.OfCustomers[act.C / 10 % 3];
        var isWish = reason == RefundReasons.ChangeOfMind;
        var isAdmin = act.C % 7 == 0;
        var stays = act.B % 5 == 0;
        bool? returned = stays ? false : null;
        var id = $"r-{++names}";
        story.AskRefund(id, reason, Lines(units), returned, isAdmin ? "admin:kim" : "customer");
        told.Add($"ask {id} {reason} {string.Join(",", units)}{(story.Refused is { } no ? " refused " + no.Slug : string.Empty)}");
        Same("is admitted", AreLeft(units) && !model.IsEmpty, story.Refused is null);
        if (story.Refused is null)
        {
            Asked(id, isWish, hasFee: true, units, ApprovalOf(stays && !isWish, isAdmin));
        }
    }

    /// <summary>What the request says of its amount is what the model says.</summary>
    private void Asked(string id, bool isWish, bool hasFee, int[] units, Func<Asked, bool>? waits = null)
    {
        var asked = model.Ask(id, isWish, hasFee, units);
        var refund = story.Refund(id);
        told.Add($"  told {asked.Priced} and {refund.Amount}");
        Same($"estimate of {id}", asked.Priced.Total, refund.Amount.Size().Amount);
        Same($"fee of {id}", asked.Priced.Fee, refund.Amount.Fee.Amount);
        if (waits is not null)
        {
            Same($"{id} waits for an admin", waits(asked), refund.Status == RefundStatus.AwaitingApproval);
        }
    }

    private void Decide(Act act, bool approved)
    {
        var awaiting = story.Order.Refunds.FindAll(refund => refund.Status == RefundStatus.AwaitingApproval);
        if (!awaiting.IsEmpty)
        {
            DecideIfAwaiting(awaiting[act.A % awaiting.Count].RefundId, approved);
        }
    }

    private void DecideIfAwaiting(string id, bool approved)
    {
        story.DecideRefund(id, approved);
        if (story.Refused is not null)
        {
            return;
        }

        told.Add($"{(approved ? "approve" : "reject")} {id}");
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
            Same($"new estimate of {open.Id}", open.Priced.Total, story.Refund(open.Id).Amount.Size().Amount);
        }
    }

    private void Progress(Act act)
    {
        var open = story.Order.Refunds.FindAll(refund =>
            refund is { Money: MoneyStage.None, AwaitingStop: false, Status: RefundStatus.AwaitingPickup or RefundStatus.Processing });
        if (!open.IsEmpty)
        {
            Progress(open[act.A % open.Count].RefundId, act);
        }
    }

    private void Progress(string id, Act act)
    {
        if (story.Refund(id).Status == RefundStatus.AwaitingPickup)
        {
            story.PickUp(id, act.B % 2 == 0 ? "good" : "defective");
            told.Add($"collect {id}");
        }
        else if (story.Refund(id) is { Status: RefundStatus.Processing, Money: MoneyStage.None, AwaitingStop: false })
        {
            AskForMoney(id, act);
        }
    }

    private void Finish(Act act)
    {
        var asked = story.Order.Refunds.FindAll(refund => refund.IsOpen() && refund.Money != MoneyStage.None);
        if (!asked.IsEmpty)
        {
            Finish(asked[act.A % asked.Count].RefundId);
        }
    }

    private void Finish(string id)
    {
        if (story.Refund(id) is { Money: not MoneyStage.None, Status: RefundStatus.Processing })
        {
            story.Finish(id);
            told.Add($"finish {id}");
        }
    }

    private void AskForMoney(string id, Act act)
    {
        var refund = story.Refund(id);
        var card = RefundPricing.Of(story.Order, refund).Card;
        var due = model.IsAccrued ? Math.Max(0, model.ClawBackDue(card.Amount)) : 0;
        Same($"due of {id}", due, story.Order.IsCompleted ? Math.Max(0, RefundExecution.ClawBackDue(story.Order, refund).Amount) : 0);
        var left = (Card: story.Order.CardLeft.Amount, Points: story.Order.PointsLeft.Amount);
        var taken = due * Math.Min(act.C, 500) / 500;
        story.AskForMoney(id, new Won(taken));
        var asked = model.AskForMoney(id, card.Amount, due, taken);
        var amount = story.Refund(id).Amount;
        told.Add($"money {id}: {asked.Priced} due {due} taken {taken} and {amount}");
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
