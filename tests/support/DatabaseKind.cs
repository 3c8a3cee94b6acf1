namespace OrderOrchestration.Tests;

/// <summary>Which database a fixture runs on: every rule holds on both.</summary>
public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}
