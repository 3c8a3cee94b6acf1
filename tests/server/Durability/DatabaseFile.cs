namespace OrderOrchestration.Tests.Server.Durability;

/// <summary>A database file of its own, gone with the test.</summary>
internal sealed class DatabaseFile : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("embedded-temporal-");

    public string Path => System.IO.Path.Combine(directory.FullName, "temporal.db");

    public void Dispose() => directory.Delete(recursive: true);
}
