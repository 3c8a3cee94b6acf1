using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>
/// The given/when/then fixture of one order: given these events, when a command or another team's event comes, then these events or a refusal follow. Calls to
/// teams, which the processes make around the rules, are left out; their answers are given.
/// </summary>
internal sealed partial class OrderSpecification
{
    private readonly List<DomainEvent> events = [];

    private OrderSpecification(Order order, DateTimeOffset now) => (Order, Now) = (order, now);

    /// <summary>A Monday noon in Seoul.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(9));

    public Order Order { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>What followed from the last command or event.</summary>
    public IReadOnlyList<DomainEvent> Then { get; private set; } = [];

    /// <summary>Why the last command was refused; absent where it was not.</summary>
    public Refusal? Refused { get; private set; }

    /// <summary>Everything that happened, oldest first.</summary>
    public IReadOnlyList<DomainEvent> Events => events;

    public IReadOnlyList<Type> ThenTypes => [.. Then.Select(change => change.GetType())];

    public static OrderSpecification Of(OrderRequest request, OrderFacts facts, OrderPolicies? policies = null, DateTimeOffset? at = null)
    {
        var start = at ?? Start;
        return new OrderSpecification(Order.New(request, policies ?? Policies, facts, start), start);
    }

    public OrderSpecification After(TimeSpan time)
    {
        Now += time;
        return this;
    }

    public OrderSpecification At(DateTimeOffset time)
    {
        Now = time;
        return this;
    }

    public OrderSpecification Given(params IReadOnlyList<DomainEvent> changes)
    {
        foreach (var change in changes)
        {
            Order = Order.Apply(change);
            events.Add(change);
        }

        return this;
    }

    /// <summary>What happens a minute later, where it depends on the order so far.</summary>
    public OrderSpecification Next(Func<OrderSpecification, DomainEvent> change) => After(TimeSpan.FromMinutes(1)).Given(change(this));

    /// <summary>The customer's key is destroyed: the address is read as an erased one.</summary>
    public OrderSpecification Erased()
    {
        Order = Order with { ShipTo = ShippingAddress.ErasedOne("fingerprint") };
        return this;
    }

    /// <summary>A command that the rules validate first, as the workflow does.</summary>
    public OrderSpecification When(Refusal? refusal, Func<IReadOnlyList<DomainEvent>> decide)
    {
        Refused = refusal;
        Then = refusal is null ? decide() : [];
        return Given(Then);
    }

    /// <summary>What a process decides, which no rule refuses.</summary>
    public OrderSpecification When(params IReadOnlyList<DomainEvent> changes) => When(null, () => changes);

    /// <summary>Another team's event, applied as the workflow applies all of them.</summary>
    public OrderSpecification When(PartnerEvent received) => When(null, () => PartnerEvents.Apply(Order, received, Now));

    /// <summary>The last partner event changed nothing but the list of known ids, and says why.</summary>
    public bool IsIgnored => Then.OfType<PartnerEventReceived>().Any(received => received.IgnoredBecause is not null)
        && Then.All(change => change is PartnerEventReceived or PartnerEventProcessed);

    public LedgerTotals Ledger => Order.LedgerTotals;

    public Refund Refund(string refundId) => Order.FindRefund(refundId) ?? throw new InvalidOperationException("no refund " + refundId);
}
