using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// A batch of statements of one transaction that do not need each other's results. PostgreSQL gets all of them in one round trip. SQLite, which is in
/// this process, gets them one after the other.
/// </summary>
internal sealed class StoreBatch(StoreWrite write)
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();
    private readonly List<(string Sql, object Parameters)> statements = [];

    /// <param name="parameters">An object whose properties are the statement's parameters, by name; or a dictionary of them.</param>
    public void Add(string sql, object parameters) => statements.Add((sql, parameters));

    /// <summary>The number of statements.</summary>
    public int Count => statements.Count;

    /// <summary>The same statement once for each of several rows.</summary>
    public void AddEach(string sql, IEnumerable<object> rows) => statements.AddRange(rows.Select(row => (sql, row)));

    /// <returns>How many rows each statement changed, in the order they were added in.</returns>
    public async Task<IReadOnlyList<int>> ExecuteAsync()
    {
        if (statements.Count == 0)
        {
            return [];
        }

        if (write.Transaction.Connection!.CanCreateBatch)
        {
            await using var batch = NewBatch(write.Transaction);
            await batch.ExecuteNonQueryAsync(write.Token);
            return [.. batch.BatchCommands.Select(command => command.RecordsAffected)];
        }

        var changed = new List<int>(statements.Count);
        foreach (var (sql, parameters) in statements)
        {
            changed.Add(await write.ExecuteAsync(sql, parameters));
        }

        return changed;
    }

    private DbBatch NewBatch(DbTransaction transaction)
    {
        var batch = transaction.Connection!.CreateBatch();
        batch.Transaction = transaction;
        foreach (var (sql, parameters) in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var (name, value) in Named(parameters))
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                parameter.Value = value ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Named(object parameters) => parameters as IEnumerable<KeyValuePair<string, object?>>
        ?? Properties.GetOrAdd(parameters.GetType(), static type => type.GetProperties()).Select(property => KeyValuePair.Create(property.Name, property.GetValue(parameters)));
}
