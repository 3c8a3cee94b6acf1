using Dapper;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Engine.Output;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// The schema as numbered scripts, applied by DbUp in one transaction. Programs that apply them at the same time are serialized. Scripts are additive,
/// so a database that a newer program has upgraded works for this one as well: a roll-out upgrades the database first and then the programs one by one.
/// </summary>
internal sealed class StoreSchema
{
    private const string OrdersFolder = ".Store.Scripts.";
    private const string KeysFolder = ".Store.Keys.Scripts.";

    private readonly StoreDialect dialect;
    private readonly string folder;

    private StoreSchema(StoreDialect dialect, string folder)
    {
        this.dialect = dialect;
        this.folder = folder;
    }

    public static StoreSchema OfOrders(StoreDialect dialect) => new(dialect, OrdersFolder);

    public static StoreSchema OfKeys(StoreDialect dialect) => new(dialect, KeysFolder);

    /// <summary>Upgrades the database; returns the names of the scripts that were missing.</summary>
    public IReadOnlyList<string> Upgrade() => Upgrade(EmbeddedScripts());

    /// <summary>Checks whether the schema is new enough for this program, without changing it.</summary>
    /// <exception cref="StoreSchemaException">The database has no schema, or an older one.</exception>
    public void Check()
    {
        using (var connection = dialect.Connect())
        {
            connection.Open();
            var missing = EmbeddedScripts().Select(script => script.Name).Except(Executed(connection), StringComparer.Ordinal).ToList();
            if (missing.Count > 0)
            {
                throw new StoreSchemaException(
                    $"The schema of the {dialect.Name} is {(Executed(connection).Count == 0 ? "not there" : "older than this program")} "
                    + $"({missing[0]}{(missing.Count > 1 ? $" and {missing.Count - 1} more are" : " is")} missing): run the worker's command `migrate`.");
            }
        }

        RaiseFeedBase();
    }

    internal IReadOnlyList<string> Upgrade(IReadOnlyList<SqlScript> scripts)
    {
        var engine = Engine(scripts);
        var result = engine.PerformUpgrade();
        if (!result.Successful)
        {
            throw result.Error as StoreSchemaException
                ?? new StoreSchemaException($"The schema of the {dialect.Name} could not be brought up to date: {result.Error.Message}", result.Error);
        }

        RaiseFeedBase();
        return [.. result.Scripts.Select(script => script.Name)];
    }

    internal IReadOnlyList<SqlScript> EmbeddedScripts()
    {
        var assembly = typeof(StoreSchema).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.Contains(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => SqlScript.FromStream(
                    name[(name.IndexOf(folder, StringComparison.Ordinal) + folder.Length)..], assembly.GetManifestResourceStream(name)!)),
        ];
    }

    private List<string> Executed(System.Data.Common.DbConnection connection) =>
        connection.ExecuteScalar<long>(dialect.HasSchemaVersions) == 0
            ? []
            : connection.Query<string>("SELECT script FROM schema_versions").AsList();

    private void RaiseFeedBase()
    {
        if (folder != OrdersFolder)
        {
            return;
        }

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
            configuration.Journal = new SchemaJournal(dialect, () => configuration.ConnectionManager);
            configuration.ScriptExecutor = new SchemaScripts(
                () => configuration.ConnectionManager, () => log, () => configuration.VariablesEnabled, () => configuration.Journal);
            configuration.ScriptProviders.Add(new DbUp.ScriptProviders.StaticScriptProvider(scripts));
            configuration.AddVariables(dialect.SchemaVariables);
        });
        return builder.Build();
    }
}
