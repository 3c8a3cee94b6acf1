namespace OrderOrchestration.Tests;

/// <summary>The PostgreSQL of these tests: one cluster for all fixtures, gone at the end.</summary>
[SetUpFixture]
public sealed class PrivatePostgreSql
{
    /// <summary>A connection string for a new, empty database; where PostgreSQL is not installed, see <see cref="MissingProgram"/>.</summary>
    public static string NewDatabase()
    {
        if (PostgreSqlCluster.Missing is { } missing)
        {
            MissingProgram.Report(missing);
        }

        return PostgreSqlCluster.NewDatabase();
    }

    [OneTimeTearDown]
    public void Stop() => PostgreSqlCluster.Stop();
}
