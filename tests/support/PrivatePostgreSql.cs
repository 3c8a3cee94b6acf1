namespace OrderOrchestration.Tests;

/// <summary>The PostgreSQL of these tests: one cluster for all fixtures, gone at the end.</summary>
[SetUpFixture]
public sealed class PrivatePostgreSql
{
    /// <summary>A connection string for a new, empty database; skips the test where PostgreSQL is not installed.</summary>
    public static string NewDatabase()
    {
        if (PostgreSqlCluster.Missing is { } missing)
        {
            Assert.Ignore(missing);
        }

        return PostgreSqlCluster.NewDatabase();
    }

    [OneTimeTearDown]
    public void Stop() => PostgreSqlCluster.Stop();
}
