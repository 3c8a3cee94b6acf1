using System.Data.Common;
using Dapper;

namespace OrderOrchestration.Activities.Database;

/// <summary>Statements inside one transaction.</summary>
internal readonly record struct StoreWrite(DbTransaction Transaction, CancellationToken Token)
{
    /// <summary>How many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object parameters) => Transaction.Connection!.ExecuteAsync(Command(sql, parameters));

    public Task<T?> ScalarAsync<T>(string sql, object parameters) => Transaction.Connection!.ExecuteScalarAsync<T>(Command(sql, parameters));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters) =>
        (await Transaction.Connection!.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>Takes a lock and reads what it guards, in one round trip; each statement sees what was committed before it began.</summary>
    /// <param name="parameters">Of both statements.</param>
    /// <param name="read">Reads a row. Dapper's own parser of a reader is not cached: it would be compiled anew for each call.</param>
    public async Task<T?> LockAndFindAsync<T>(string lockSql, string sql, object parameters, Func<DbDataReader, T> read)
        where T : class
    {
        await using var reader = (DbDataReader)await Transaction.Connection!.ExecuteReaderAsync(Command($"{lockSql}; {sql}", parameters));
        await reader.NextResultAsync(Token);
        return await reader.ReadAsync(Token) ? read(reader) : null;
    }

    private CommandDefinition Command(string sql, object parameters) => new(sql, parameters, Transaction, cancellationToken: Token);
}
