namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// The owner of personal data, which decides the key that encrypts it. Decryption does not need the owner, because a ciphertext names its key.
/// </summary>
/// <param name="Kind">What the owner is.</param>
/// <param name="Id">The member's or the order's id; a fixed name for data without an owner.</param>
public readonly record struct DataOwner(DataOwnerKind Kind, string Id)
{
    /// <summary>Data that no customer owns: failures of settlement, free text about an order whose customer was erased.</summary>
    public static DataOwner System { get; } = new(DataOwnerKind.Program, "system");

    /// <summary>Text that a person typed into a tool (Temporal's command line, the Web UI), which has no customers.</summary>
    public static DataOwner Tools { get; } = new(DataOwnerKind.Program, "tools");

    /// <summary>Hashes of guests' phones, by which a member finds its orders.</summary>
    public static DataOwner GuestPhones { get; } = new(DataOwnerKind.Program, "guest-phones");

    /// <summary>Hashes of requests, which may contain personal data.</summary>
    public static DataOwner Requests { get; } = new(DataOwnerKind.Program, "requests");

    public static DataOwner Member(string memberId) => new(DataOwnerKind.Member, memberId);

    /// <summary>The customer of an order: its member, or its guest.</summary>
    public static DataOwner CustomerOf(string orderId) => new(DataOwnerKind.Order, orderId);

    /// <summary>The guest who placed an order: a customer of one order.</summary>
    public static DataOwner Guest(string orderId) => new(DataOwnerKind.Guest, orderId);

    /// <summary>Its name in the key store: an id, never personal data.</summary>
    public string Name => Kind switch
    {
        DataOwnerKind.Member => "member:" + Id,
        DataOwnerKind.Guest => "guest:" + Id,
        DataOwnerKind.Program => "program:" + Id,
        _ => throw new InvalidOperationException("An order's customer is looked up first; an order owns nothing itself."),
    };
}

/// <summary>Kinds of owners.</summary>
public enum DataOwnerKind
{
    Member,
    Guest,
    Order,
    Program,
}
