using System.Data;
using System.Globalization;
using DbUp.Engine;
using DbUp.Engine.Transactions;

namespace OrderOrchestration.Activities.Database;

/// <summary>The scripts that were run on a database. Reading the journal takes the schema lock first, in the transaction that then runs the scripts.</summary>
internal sealed class SchemaJournal(StoreDialect dialect, Func<IConnectionManager> connections) : IJournal
{
    public string[] GetExecutedScripts() => connections().ExecuteCommandsWithManagedConnection(commands =>
    {
        Execute(commands, dialect.LockSchema);
        EnsureTableExistsAndIsLatestVersion(commands);
        var executed = new List<string>();
        using var command = commands();
        command.CommandText = "SELECT script FROM schema_versions ORDER BY script";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            executed.Add(reader.GetString(0));
        }

        return executed.ToArray();
    });

    public void StoreExecutedScript(SqlScript script, Func<IDbCommand> dbCommandFactory)
    {
        using var command = dbCommandFactory();
        command.CommandText = "INSERT INTO schema_versions (script, applied_at) VALUES (@script, @appliedAt)";
        Add(command, "@script", script.Name);
        Add(command, "@appliedAt", DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture));
        command.ExecuteNonQuery();
    }

    public void EnsureTableExistsAndIsLatestVersion(Func<IDbCommand> dbCommandFactory) => Execute(
        dbCommandFactory, "CREATE TABLE IF NOT EXISTS schema_versions (script TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL)");

    private static void Execute(Func<IDbCommand> commands, string sql)
    {
        using var command = commands();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Add(IDbCommand command, string name, string value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
