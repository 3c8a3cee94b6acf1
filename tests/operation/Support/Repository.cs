namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    private static string Find(string from) =>
        System.IO.File.Exists(Path.Combine(from, "OrderOrchestration.sln"))
            ? from
            : Find(Path.GetDirectoryName(from) ?? throw new InvalidOperationException("not inside the checkout"));
}
