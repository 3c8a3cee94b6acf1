using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;

namespace OrderOrchestration.Activities.Database;

/// <summary>
/// Statements of one transaction that go together and whose outcome nobody looks at: PostgreSQL gets all of them in one round trip. SQLite, which is in
/// this process, gets them one after the other.
/// </summary>
internal sealed class StoreBatch(StoreWrite write)
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();
    private readonly List<(string Sql, object Parameters)> statements = [];

    /// <param name="parameters">An object whose properties are the statement's parameters, by name.</param>
    public void Add(string sql, object parameters) => statements.Add((sql, parameters));

    /// <summary>The same statement once for each of several rows.</summary>
    public void AddEach(string sql, IEnumerable<object> rows) => statements.AddRange(rows.Select(row => (sql, row)));

    public async Task ExecuteAsync()
    {
        if (statements.Count == 0)
        {
            return;
        }

        if (write.Transaction.Connection!.CanCreateBatch)
        {
            await using var batch = NewBatch(write.Transaction);
            await batch.ExecuteNonQueryAsync(write.Token);
            return;
        }

        foreach (var (sql, parameters) in statements)
        {
            await write.ExecuteAsync(sql, parameters);
        }
    }

    private DbBatch NewBatch(DbTransaction transaction)
    {
        var batch = transaction.Connection!.CreateBatch();
        batch.Transaction = transaction;
        foreach (var (sql, parameters) in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var property in Properties.GetOrAdd(parameters.GetType(), static type => type.GetProperties()))
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = property.Name;
                parameter.Value = property.GetValue(parameters) ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }
}
