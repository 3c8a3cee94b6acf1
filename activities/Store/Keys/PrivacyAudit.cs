using Dapper;
using OrderOrchestration.Activities.Database;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>Who read or erased whose personal data: ids and roles, no personal data. It is retained longer than the data it is about.</summary>
public sealed class PrivacyAudit(KeyDatabase database, TimeProvider time)
{
    /// <param name="actor">Role and id: <c>member:m-1</c>, <c>admin:a-1</c>, <c>program:retention</c>.</param>
    /// <param name="subject">Whose data: <c>member:m-1</c>, <c>order:o-1</c>.</param>
    public Task WriteAsync(string actor, PrivacyAction action, string subject, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            "INSERT INTO privacy_audit (at, actor, action, subject) VALUES (@now, @actor, @action, @subject)",
            new { now = StoreTime.ToStore(time.GetUtcNow()), actor, action = action.ToString().ToLowerInvariant(), subject }),
        cancellationToken);

    /// <summary>The entries about a subject, oldest first.</summary>
    public Task<IReadOnlyList<PrivacyAuditEntry>> ReadAsync(string subject, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<PrivacyAuditEntry>>(
            async (connection, token) =>
            {
                const string sql = "SELECT at AS At, actor AS Actor, action AS Action FROM privacy_audit WHERE subject = @subject ORDER BY sequence";
                var rows = await connection.QueryAsync<(long At, string Actor, string Action)>(new CommandDefinition(sql, new { subject }, cancellationToken: token));
                return [.. rows.Select(row => new PrivacyAuditEntry(StoreTime.FromStore(row.At), row.Actor, row.Action))];
            },
            cancellationToken);
}

/// <summary>What was done with personal data.</summary>
public enum PrivacyAction
{
    Exported,
    Erased,
    Decoded,
}

/// <summary>One entry of the audit trail.</summary>
public sealed record PrivacyAuditEntry(DateTimeOffset At, string Actor, string Action);
