using DbUp.Engine;
using DbUp.Engine.Output;
using DbUp.Engine.Transactions;
using DbUp.Support;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// Runs a script as a whole, which both databases allow. DbUp's packages for the two databases (dbup-postgresql, dbup-sqlite) do not fit: they read
/// their journal before any lock could be taken, so programs that start at the same time would run the same script twice, and their journals have
/// different formats.
/// </summary>
internal sealed class SchemaScripts(
    Func<IConnectionManager> connections, Func<IUpgradeLog> log, Func<bool> variablesEnabled, Func<IJournal> journal)
    : ScriptExecutor(connections, new NoQuoting(), log, null, variablesEnabled, [], journal)
{
    protected override bool UseTheSameTransactionForJournalTableAndScripts => true;

    protected override string GetVerifySchemaSql(string schema) => throw new NotSupportedException("The scripts name no schema.");

    protected override void ExecuteCommandsWithinExceptionHandler(int index, SqlScript script, Action executeCallback) => executeCallback();

    private sealed class NoQuoting() : SqlObjectParser("\"", "\"");
}

/// <summary>Connections for DbUp.</summary>
internal sealed class SchemaConnections(StoreDialect dialect) : DatabaseConnectionManager(_ => Connect(dialect))
{
    public override IEnumerable<string> SplitScriptIntoCommands(string scriptContents) => [scriptContents];

    // Write-ahead mode is set outside of a transaction, before DbUp begins its own on the connection.
    private static System.Data.Common.DbConnection Connect(StoreDialect dialect)
    {
        var connection = dialect.Connect();
        connection.Open();
        dialect.Prepare(connection);
        connection.Close();
        return connection;
    }
}
