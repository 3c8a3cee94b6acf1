using Dapper;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;

namespace OrderOrchestration.Activities.Store.Schema;

/// <summary>
/// The schema as numbered scripts, applied by DbUp in one transaction at start. Programs that start together take turns; a database
/// that a newer program has changed is refused, since what this program would write might no longer be right there.
/// </summary>
internal sealed class StoreSchema(StoreDialect dialect)
{
    public void Upgrade() => Upgrade(EmbeddedScripts());

    internal void Upgrade(IReadOnlyList<SqlScript> scripts)
    {
        var engine = Engine(scripts);
        var result = engine.PerformUpgrade();
        if (!result.Successful)
        {
            throw result.Error as StoreSchemaException
                ?? new StoreSchemaException($"The schema of the {dialect.Name} could not be brought up to date: {result.Error.Message}", result.Error);
        }

        RaiseFeedBase();
    }

    internal static IReadOnlyList<SqlScript> EmbeddedScripts()
    {
        var assembly = typeof(StoreSchema).Assembly;
        const string folder = ".Store.Schema.Scripts.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.Contains(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => SqlScript.FromStream(
                    name[(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..], assembly.GetManifestResourceStream(name)!)),
        ];
    }

    private void RaiseFeedBase()
    {
        using var connection = dialect.Connect();
        connection.Open();
        dialect.Prepare(connection);
        connection.Execute(dialect.RaiseFeedBase);
    }

    private UpgradeEngine Engine(IReadOnlyList<SqlScript> scripts)
    {
        var builder = new UpgradeEngineBuilder();
        builder.Configure(configuration =>
        {
            var log = new NoOpUpgradeLog();
            configuration.AddLog(log);
            configuration.ConnectionManager = new SchemaConnections(dialect) { TransactionMode = DbUp.Engine.Transactions.TransactionMode.SingleTransaction };
            configuration.Journal = new SchemaJournal(dialect, () => configuration.ConnectionManager, scripts);
            configuration.ScriptExecutor = new SchemaScripts(
                () => configuration.ConnectionManager, () => log, () => configuration.VariablesEnabled, () => configuration.Journal);
            configuration.ScriptProviders.Add(new DbUp.ScriptProviders.StaticScriptProvider(scripts));
            configuration.AddVariables(dialect.SchemaVariables);
        });
        return builder.Build();
    }
}
