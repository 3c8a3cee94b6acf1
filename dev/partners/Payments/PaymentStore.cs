using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Payments;

/// <summary>The payments by id and by attempt, with the log of their changes. Not thread-safe: call it inside a state transaction.</summary>
internal sealed class PaymentStore
{
    private readonly Dictionary<string, Payment> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<(string OrderId, int Attempt), Payment> byAttempt = [];
    private readonly PaymentChangeLog changes = new();
    private readonly TimeProvider clock;
    private readonly TeamsState state;

    public PaymentStore(TimeProvider clock, TeamsState state)
    {
        this.clock = clock;
        this.state = state;
        foreach (var payment in state.Load<Payment>(Kinds.Payment))
        {
            Index(payment);
        }

        changes.Load(payments.Values);
        foreach (var payment in payments.Values.Where(p => p.Changes.Count == 0).ToList())
        {
            Changed(payment); // Files of format 1 have no change times: such a payment counts as changed at the time of the migration.
        }
    }

    public IReadOnlyCollection<Payment> All => payments.Values;

    /// <exception cref="RefusalException">There is no such payment (404).</exception>
    public Payment Find(string paymentId) => payments.GetValueOrDefault(paymentId) ?? throw RefusalException.NotFound("payment", paymentId);

    public Payment? FindAttempt(string orderId, int attempt) => byAttempt.GetValueOrDefault((orderId, attempt));

    public void Add(Payment payment)
    {
        Index(payment);
        Changed(payment);
    }

    /// <summary>Stores a payment and records the change.</summary>
    public void Changed(Payment payment)
    {
        changes.Add(payment, clock.GetUtcNow());
        state.Keep(Kinds.Payment, payment.Id, payment);
    }

    /// <summary>One page of the payments that changed within a window, in an order that is stable under further changes.</summary>
    public PaymentPage Page(PaymentListing listing, int defaultLimit)
    {
        var limit = listing.Limit ?? defaultLimit;
        var found = changes.Page(listing.From, listing.To, listing.After(), limit + 1);
        var next = found.Count > limit ? listing.CursorAfter(found[limit - 1].Number) : null;
        return new PaymentPage([.. found.Take(limit).Select(entry => entry.Payment.ListItem)], next);
    }

    private void Index(Payment payment)
    {
        payments.Add(payment.Id, payment);
        byAttempt.Add((payment.Request.OrderId, payment.Request.Attempt), payment);
    }
}
