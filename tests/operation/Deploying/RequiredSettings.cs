namespace OrderOrchestration.Tests.Operation.Deploying;

/// <summary>Without which settings a program could not do its work in production, where nothing is played.</summary>
internal static class RequiredSettings
{
    private static readonly string[] Calls = ["Product", "Payment", "Logistics", "Member", "Promotion", "Finance", "Notification"];

    /// <summary>Teams that send us events (contract §2).</summary>
    private static readonly string[] Senders = ["Product", "Payment", "Logistics", "Member", "Finance"];

    public static IReadOnlyList<string> Of(string workload) => workload switch
    {
        "orders-schema" => ["ConnectionStrings__Orders", "ConnectionStrings__Keys"],
        "orders-worker" => [.. Both(), "Management__Url"],
        "orders-api" => [.. Both(), "Management__Url", "ASPNETCORE_URLS", "Auth__Authority", "Auth__Audience", .. Senders.Select(team => $"Partners__{team}__WebhookSecret")],
        _ => throw new ArgumentOutOfRangeException(nameof(workload), workload, null),
    };

    private static IEnumerable<string> Both() =>
        ["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "ConnectionStrings__Orders", "ConnectionStrings__Keys", "Privacy__CurrentMasterKey", "Privacy__MasterKeys__2026", "Guests__PhoneKey", .. Calls.Select(team => $"Partners__{team}__BaseUrl")];
}
