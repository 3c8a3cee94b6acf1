using System.Text.Json;
using OrderOrchestration.Activities.Privacy;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Customers;
using OrderOrchestration.Activities.Store.Keys;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;

namespace OrderOrchestration.Activities.Erasure;

/// <summary>Exports all data that is stored about a member, for the member (개인정보 보호법 §35, the right of access).</summary>
public sealed class PersonalDataExport
{
    private readonly CustomerOrders customers;
    private readonly IOrderQueries queries;
    private readonly IAddressStore addresses;
    private readonly ICartStore carts;
    private readonly IKeyStore keys;
    private readonly PrivacyAudit audit;

    internal PersonalDataExport(
        CustomerOrders customers, IOrderQueries queries, IAddressStore addresses, ICartStore carts, IKeyStore keys, PrivacyAudit audit)
    {
        this.customers = customers;
        this.queries = queries;
        this.addresses = addresses;
        this.carts = carts;
        this.keys = keys;
        this.audit = audit;
    }

    /// <param name="actor">Who reads, as named in the audit trail.</param>
    public async Task<MemberData> OfMemberAsync(string memberId, string actor, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(actor, PrivacyAction.Exported, $"member:{memberId}", cancellationToken);
        if (await keys.ErasedAtAsync(DataOwner.Member(memberId).Name, cancellationToken) is { } erasedAt)
        {
            return new MemberData(memberId) { ErasedAt = erasedAt };
        }

        var orders = new List<HeldOrder>();
        foreach (var order in await customers.OfMemberAsync(memberId, cancellationToken))
        {
            var events = await queries.EventsOfAsync(order.OrderId, afterPosition: 0, cancellationToken);
            orders.Add(new HeldOrder(
                order.View(), order.Request.Guest, order.Member, order.Claim?.Birthday, [.. events.Select(stored => Entry(stored.Event))]));
        }

        return new MemberData(memberId)
        {
            Addresses = await addresses.ListAsync(memberId, cancellationToken),
            Cart = Held(await carts.FindAsync(memberId, cancellationToken)),
            Orders = orders,
        };
    }

    private static HeldCart Held(Cart cart) => new(cart.Items, cart.CouponCode, cart.Points.Amount);

    private static HeldEvent Entry(OrderEvent orderEvent) => new(orderEvent.Type, orderEvent.Time, orderEvent.Data);
}

/// <summary>The data stored about a member; after an erasure only its time.</summary>
public sealed record MemberData(string MemberId)
{
    public DateTimeOffset? ErasedAt { get; init; }

    public IReadOnlyList<MemberAddress>? Addresses { get; init; }

    public HeldCart? Cart { get; init; }

    public IReadOnlyList<HeldOrder>? Orders { get; init; }
}

/// <summary>What is in the member's cart; points in won.</summary>
public sealed record HeldCart(IReadOnlyList<CartItem> Items, string? CouponCode, long Points);

/// <summary>An order with the data stored with it.</summary>
/// <param name="Guest">Who placed it, if it was claimed later.</param>
/// <param name="Member">The member team's data when the order was priced.</param>
/// <param name="ClaimedBirthday">The month of birth from the claim.</param>
public sealed record HeldOrder(
    OrderView Order, GuestContact? Guest, MemberFact? Member, DateOnly? ClaimedBirthday, IReadOnlyList<HeldEvent> Events);

/// <summary>An entry of an order's timeline.</summary>
public sealed record HeldEvent(string Type, DateTimeOffset Time, JsonElement Data);
