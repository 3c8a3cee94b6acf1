using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Store.Customers;

/// <summary>Stores members' addresses (배송지).</summary>
public interface IAddressStore
{
    /// <summary>Adds an address of a member and publishes <c>order.shipping-address-added</c>; an existing one is not changed.</summary>
    /// <returns><c>false</c>: the member has the maximum number of addresses.</returns>
    Task<bool> AddAsync(string memberId, string addressId, ShippingAddress address, CancellationToken cancellationToken);

    /// <summary>A member's addresses, oldest first.</summary>
    Task<IReadOnlyList<MemberAddress>> ListAsync(string memberId, CancellationToken cancellationToken);
}

/// <summary>One address of a member. Personal data: never logged.</summary>
public sealed record MemberAddress(
    string AddressId, string Recipient, string Phone, string PostalCode, string Address1, string? Address2 = null)
{
    public ShippingAddress ToShippingAddress() => new(Recipient, Phone, PostalCode, Address1, Address2);
}
