using System.Text.Json;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Scheduling;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Finance;

/// <summary>The finance team: pays sellers and issues tax invoices. A payout is executed once; a failed payout may be requested again.</summary>
public sealed class FinanceTeam
{
    private const string FirstOutcome = "pay";
    private const string Contradict = "contradict";
    private readonly Dictionary<string, PayoutInfo> payouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaxInvoiceInfo> invoices = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly TeamsState state;
    private readonly StepQueue steps;
    private readonly ScenarioBook scenarios;
    private readonly WebhookOutbox outbox;
    private readonly Ids ids;

    internal FinanceTeam(TimeProvider clock, TeamsState state, StepQueue steps, ScenarioBook scenarios, WebhookOutbox outbox, Ids ids)
    {
        this.clock = clock;
        this.state = state;
        this.steps = steps;
        this.scenarios = scenarios;
        this.outbox = outbox;
        this.ids = ids;
        steps.Handle(Team.Finance, HandleAction);
        foreach (var payout in state.Load<PayoutInfo>(Kinds.Payout))
        {
            payouts.Add(payout.PayoutId, payout);
        }

        foreach (var invoice in state.Load<TaxInvoiceInfo>(Kinds.TaxInvoice))
        {
            invoices.Add(invoice.PayoutId, invoice);
        }
    }

    /// <summary>Every requested payout.</summary>
    public IReadOnlyList<PayoutInfo> Payouts
    {
        get
        {
            using (state.Enter())
            {
                return [.. payouts.Values];
            }
        }
    }

    /// <summary>Every tax invoice issued.</summary>
    public IReadOnlyList<TaxInvoiceInfo> TaxInvoices
    {
        get
        {
            using (state.Enter())
            {
                return [.. invoices.Values];
            }
        }
    }

    internal PayoutInfo Get(string payoutId)
    {
        using (state.Enter())
        {
            return payouts.GetValueOrDefault(payoutId) ?? throw RefusalException.NotFound("payout", payoutId);
        }
    }

    internal PayoutInfo Pay(PayoutRequest request)
    {
        Require.Text(request.PayoutId, "payoutId");
        Require.Text(request.SellerId, "sellerId");
        Require.Positive(request.Amount, "amount");
        using (state.Enter())
        {
            if (payouts.GetValueOrDefault(request.PayoutId) is { Status: not PayoutState.Failed })
            {
                throw RefusalException.Conflict("payout-exists", $"payout {request.PayoutId} was requested before");
            }

            var payout = new PayoutInfo(
                request.PayoutId, request.SellerId, request.Amount, request.StatementIds, PayoutState.Requested, null, null)
            {
                Outcomes = payouts.GetValueOrDefault(request.PayoutId)?.Outcomes ?? [],
            };
            Put(payout);
            var rule = scenarios.ForPayout(payout.SellerId, payout.PayoutId);
            if (!rule.Never)
            {
                steps.Plan(Team.Finance, payout.PayoutId, new ScheduledAction(FirstOutcome, payout.PayoutId, JsonSerializer.Serialize(rule, StateJson.Options)));
            }

            return payout;
        }
    }

    /// <summary>Sets an outcome by hand: the first one, or a later one that contradicts it.</summary>
    /// <exception cref="RefusalException">There is no such payout (404), or the outcome is invalid (400).</exception>
    internal PayoutInfo Decide(string payoutId, PayoutOutcomeRequest outcome)
    {
        Require.Positive(outcome.Amount ?? 1, "amount");
        if (outcome.Status == PayoutState.Requested)
        {
            throw RefusalException.Invalid("status is completed or failed");
        }

        using (state.Enter())
        {
            var payout = Get(payoutId);
            Apply(payout, outcome);
            return payouts[payoutId];
        }
    }

    internal TaxInvoiceInfo Invoice(TaxInvoiceRequest request)
    {
        Require.Text(request.PayoutId, "payoutId");
        Require.Text(request.SellerId, "sellerId");
        Require.Between(-Require.Most, request.Commission, "commission");
        var kind = KindOf(request);
        using (state.Enter())
        {
            var invoice = new TaxInvoiceInfo(
                ids.Next("inv"), request.PayoutId, request.SellerId, request.Commission, clock.GetUtcNow(), kind);
            if (!invoices.TryAdd(request.PayoutId, invoice))
            {
                throw RefusalException.Conflict("invoice-exists", $"payout {request.PayoutId} has its tax invoice");
            }

            state.Keep(Kinds.TaxInvoice, invoice.PayoutId, invoice);
            return invoice;
        }
    }

    /// <exception cref="RefusalException">The kind contradicts the commission (422).</exception>
    private static TaxInvoiceKind KindOf(TaxInvoiceRequest request)
    {
        var kind = request.Commission < 0 ? TaxInvoiceKind.Amended : TaxInvoiceKind.Original;
        return request.Kind is null || (request.Commission != 0 && request.Kind == kind)
            ? kind
            : throw RefusalException.Unprocessable(
                "kind-mismatch", $"a commission of {request.Commission} won asks for {(request.Commission == 0 ? "no invoice" : $"the {kind} one")}");
    }

    private void Put(PayoutInfo payout)
    {
        payouts[payout.PayoutId] = payout;
        state.Keep(Kinds.Payout, payout.PayoutId, payout);
    }

    private void HandleAction(ScheduledAction action)
    {
        var rule = RuleOf(action);
        var isFailure = action.Verb == FirstOutcome ? rule.FailureReason is not null : rule.Then == PayoutState.Failed;
        Apply(payouts[action.Of], new PayoutOutcomeRequest(
            isFailure ? PayoutState.Failed : PayoutState.Completed, rule.PaidAmount, rule.FailureReason));
        if (action.Verb == FirstOutcome && rule.Then is not null)
        {
            var pause = rule.ThenAfterMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
            steps.Plan(Team.Finance, action.Of, action with { Verb = Contradict }, pause);
        }
    }

    /// <summary>The rule is stored with the scheduled action. Files of format 1 contain only the reason of a failure.</summary>
    private static PayoutRule RuleOf(ScheduledAction action) => action.Detail switch
    {
        null => new PayoutRule(),
        ['{', ..] rule => JsonSerializer.Deserialize<PayoutRule>(rule, StateJson.Options)!,
        var reason => new PayoutRule(FailureReason: reason),
    };

    private void Apply(PayoutInfo payout, PayoutOutcomeRequest outcome)
    {
        var now = clock.GetUtcNow();
        var (payoutId, sellerId) = (payout.PayoutId, payout.SellerId);
        if (outcome.Status == PayoutState.Failed)
        {
            var reason = outcome.Reason ?? "계좌 입금 불가";
            Put(payout with
            {
                Status = PayoutState.Failed,
                FailureReason = reason,
                Outcomes = [.. payout.Outcomes, new PayoutOutcome(PayoutState.Failed, null, reason, now, outcome.Webhook)],
            });
            Publish("finance.payout-failed", new { payoutId, sellerId, reason });
            return;
        }

        var amount = outcome.Amount ?? payout.Amount;
        Put(payout with
        {
            Status = PayoutState.Completed,
            PaidAt = now,
            PaidAmount = amount == payout.Amount ? null : amount,
            Outcomes = [.. payout.Outcomes, new PayoutOutcome(PayoutState.Completed, amount, null, now, outcome.Webhook)],
        });
        Publish("finance.payout-completed", new { payoutId, sellerId, amount, paidAt = now });

        void Publish(string type, object data)
        {
            if (outcome.Webhook)
            {
                outbox.Publish(Team.Finance, type, payoutId, data);
            }
        }
    }
}
