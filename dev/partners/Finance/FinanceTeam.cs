using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.Pacing;
using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Partners.Webhooks;

namespace OrderOrchestration.Partners.Finance;

/// <summary>The finance team: pays sellers and issues tax invoices. A payout is made once; one that failed may be asked for again.</summary>
public sealed class FinanceTeam
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, PayoutInfo> payouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaxInvoiceInfo> invoices = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly StepQueue steps;
    private readonly ScenarioBook scenarios;
    private readonly WebhookOutbox outbox;
    private readonly Ids ids;

    internal FinanceTeam(TimeProvider clock, StepQueue steps, ScenarioBook scenarios, WebhookOutbox outbox, Ids ids)
    {
        this.clock = clock;
        this.steps = steps;
        this.scenarios = scenarios;
        this.outbox = outbox;
        this.ids = ids;
    }

    /// <summary>Every payout asked for.</summary>
    public IReadOnlyList<PayoutInfo> Payouts
    {
        get
        {
            lock (gate)
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
            lock (gate)
            {
                return [.. invoices.Values];
            }
        }
    }

    internal PayoutInfo Get(string payoutId)
    {
        lock (gate)
        {
            return payouts.GetValueOrDefault(payoutId) ?? throw RefusalException.NotFound("payout", payoutId);
        }
    }

    internal PayoutInfo Pay(PayoutRequest request)
    {
        Require.Text(request.PayoutId, "payoutId");
        Require.Text(request.SellerId, "sellerId");
        Require.Positive(request.Amount, "amount");
        lock (gate)
        {
            if (payouts.GetValueOrDefault(request.PayoutId) is { Status: not PayoutState.Failed })
            {
                throw RefusalException.Conflict("payout-exists", $"payout {request.PayoutId} was requested before");
            }

            var payout = new PayoutInfo(
                request.PayoutId, request.SellerId, request.Amount, request.StatementIds, PayoutState.Requested, null, null);
            payouts[payout.PayoutId] = payout;
            var rule = scenarios.ForPayout(payout.SellerId);
            steps.Plan(Team.Finance, payout.PayoutId, $"pay {payout.PayoutId}", () => Decide(payout.PayoutId, rule.FailureReason));
            return payout;
        }
    }

    internal TaxInvoiceInfo Invoice(TaxInvoiceRequest request)
    {
        Require.Text(request.PayoutId, "payoutId");
        Require.Text(request.SellerId, "sellerId");
        lock (gate)
        {
            var invoice = new TaxInvoiceInfo(ids.Next("inv"), request.PayoutId, request.SellerId, request.Commission, clock.GetUtcNow());
            return invoices.TryAdd(request.PayoutId, invoice)
                ? invoice
                : throw RefusalException.Conflict("invoice-exists", $"payout {request.PayoutId} has its tax invoice");
        }
    }

    private void Decide(string payoutId, string? failureReason)
    {
        lock (gate)
        {
            var payout = payouts[payoutId];
            if (failureReason is not null)
            {
                payouts[payoutId] = payout with { Status = PayoutState.Failed, FailureReason = failureReason };
                outbox.Publish(
                    Team.Finance, "finance.payout-failed", payoutId, new { payoutId, payout.SellerId, reason = failureReason });
                return;
            }

            var paidAt = clock.GetUtcNow();
            payouts[payoutId] = payout with { Status = PayoutState.Completed, PaidAt = paidAt };
            outbox.Publish(
                Team.Finance, "finance.payout-completed", payoutId, new { payoutId, payout.SellerId, payout.Amount, paidAt });
        }
    }
}
