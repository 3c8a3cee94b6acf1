using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Finance;

/// <summary>The finance team: pays sellers and issues tax invoices. A payout is made once; one that failed may be asked for again.</summary>
public sealed class FinanceTeam
{
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
        steps.Handle(Team.Finance, deed => Decide(deed.Of, deed.Detail));
        foreach (var payout in state.Load<PayoutInfo>(Kinds.Payout))
        {
            payouts.Add(payout.PayoutId, payout);
        }

        foreach (var invoice in state.Load<TaxInvoiceInfo>(Kinds.TaxInvoice))
        {
            invoices.Add(invoice.PayoutId, invoice);
        }
    }

    /// <summary>Every payout asked for.</summary>
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
                request.PayoutId, request.SellerId, request.Amount, request.StatementIds, PayoutState.Requested, null, null);
            Put(payout);
            var rule = scenarios.ForPayout(payout.SellerId);
            steps.Plan(Team.Finance, payout.PayoutId, new Deed("pay", payout.PayoutId, rule.FailureReason));
            return payout;
        }
    }

    internal TaxInvoiceInfo Invoice(TaxInvoiceRequest request)
    {
        Require.Text(request.PayoutId, "payoutId");
        Require.Text(request.SellerId, "sellerId");
        using (state.Enter())
        {
            var invoice = new TaxInvoiceInfo(ids.Next("inv"), request.PayoutId, request.SellerId, request.Commission, clock.GetUtcNow());
            if (!invoices.TryAdd(request.PayoutId, invoice))
            {
                throw RefusalException.Conflict("invoice-exists", $"payout {request.PayoutId} has its tax invoice");
            }

            state.Keep(Kinds.TaxInvoice, invoice.PayoutId, invoice);
            return invoice;
        }
    }

    private void Put(PayoutInfo payout)
    {
        payouts[payout.PayoutId] = payout;
        state.Keep(Kinds.Payout, payout.PayoutId, payout);
    }

    private void Decide(string payoutId, string? failureReason)
    {
        var payout = payouts[payoutId];
        if (failureReason is not null)
        {
            Put(payout with { Status = PayoutState.Failed, FailureReason = failureReason });
            outbox.Publish(Team.Finance, "finance.payout-failed", payoutId, new { payoutId, payout.SellerId, reason = failureReason });
            return;
        }

        var paidAt = clock.GetUtcNow();
        Put(payout with { Status = PayoutState.Completed, PaidAt = paidAt });
        outbox.Publish(Team.Finance, "finance.payout-completed", payoutId, new { payoutId, payout.SellerId, payout.Amount, paidAt });
    }
}
