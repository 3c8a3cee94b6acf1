using Dapper;
using OrderOrchestration.Activities.Database;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>Keys in the key database.</summary>
internal sealed class KeyStore(KeyDatabase database, TimeProvider time) : IKeyStore
{
    private const string Columns = "k.key_id AS KeyId, k.wrapped AS Wrapped, k.master_key AS MasterKeyId";
    private const string Current = $"SELECT {Columns} FROM customer_keys k WHERE k.owner = @owner AND k.erased_at IS NULL";
    private const string OfOrder = $"SELECT {Columns} FROM order_keys o JOIN customer_keys k ON k.key_id = o.key_id WHERE o.order_id = @orderId";

    private long Now => StoreTime.ToStore(time.GetUtcNow());

    public Task<IReadOnlyList<StoredKey>> FindAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken) => QueryAsync(
        $"SELECT {Columns} FROM customer_keys k WHERE {database.Dialect.OneOf("k.key_id", "@keyIds")}", new { keyIds = keyIds.ToArray() }, cancellationToken);

    public async Task<StoredKey?> FindCurrentAsync(string owner, CancellationToken cancellationToken) =>
        await QueryAsync(Current, new { owner }, cancellationToken) is [var current, ..] ? current : null;

    public Task<StoredKey> AddAsync(string owner, StoredKey fresh, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            return await CurrentOrAsync(write, owner, fresh);
        },
        cancellationToken);

    public async Task<StoredKey?> FindOfOrderAsync(string orderId, CancellationToken cancellationToken) =>
        await QueryAsync(OfOrder, new { orderId }, cancellationToken) is [var assigned, ..] ? assigned : null;

    public Task<StoredKey> AssignAsync(string orderId, string owner, StoredKey fresh, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync(database.Dialect.LockOrder, new { orderId });
            if (await write.QueryAsync<Row>(OfOrder, new { orderId }) is [var assigned, ..])
            {
                return assigned.ToKey();
            }

            var key = await CurrentOrAsync(write, owner, fresh);
            await write.ExecuteAsync("INSERT INTO order_keys (order_id, key_id, assigned_at) VALUES (@orderId, @KeyId, @now)", new { orderId, key.KeyId, now = Now });
            return key;
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> RecentOrdersAsync(string owner, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(
            async (connection, token) => (await connection.QueryAsync<string>(new CommandDefinition(
                """
                SELECT o.order_id FROM customer_keys k JOIN order_keys o ON o.key_id = k.key_id
                WHERE k.owner = @owner AND k.erased_at IS NULL AND o.assigned_at > @since ORDER BY o.order_id
                """,
                new { owner, since = StoreTime.ToStore(since) },
                cancellationToken: token))).AsList(),
            cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> OwnersAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, string>>(
            async (connection, token) =>
            {
                var sql = $"SELECT key_id AS KeyId, owner AS Owner FROM customer_keys WHERE {database.Dialect.OneOf("key_id", "@keyIds")}";
                var rows = await connection.QueryAsync<(string KeyId, string Owner)>(
                    new CommandDefinition(sql, new { keyIds = keyIds.ToArray() }, cancellationToken: token));
                return rows.ToDictionary(row => row.KeyId, row => row.Owner, StringComparer.Ordinal);
            },
            cancellationToken);

    public async Task<IReadOnlyList<string>> EraseAsync(string owner, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken)
    {
        var erased = await database.WriteAsync<IReadOnlyList<string>>(
            async (transaction, token) =>
            {
                var write = new StoreWrite(transaction, token);
                var own = await write.QueryAsync<string>("SELECT key_id FROM customer_keys WHERE owner = @owner", new { owner });
                var keys = own.ToHashSet(StringComparer.Ordinal);
                foreach (var orderId in orderIds)
                {
                    keys.UnionWith(await write.QueryAsync<string>("SELECT key_id FROM order_keys WHERE order_id = @orderId", new { orderId }));
                }

                if (own.Count == 0)
                {
                    await write.ExecuteAsync(
                        "INSERT INTO customer_keys (key_id, owner, master_key, created_at, erased_at) VALUES (@keyId, @owner, '', @now, @now)",
                        new { keyId = DataKey.NewId(), owner, now = Now });
                }

                foreach (var keyId in keys)
                {
                    await write.ExecuteAsync(
                        "UPDATE customer_keys SET wrapped = NULL, erased_at = COALESCE(erased_at, @now) WHERE key_id = @keyId", new { keyId, now = Now });
                }

                return [.. keys];
            },
            cancellationToken);
        await database.PurgeDeletedAsync(cancellationToken);
        return erased;
    }

    public async Task<DateTimeOffset?> ErasedAtAsync(string owner, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            (connection, token) => connection.QueryAsync<long?>(new CommandDefinition(
                "SELECT erased_at FROM customer_keys WHERE owner = @owner ORDER BY CASE WHEN erased_at IS NULL THEN 0 ELSE 1 END, erased_at DESC LIMIT 1",
                new { owner },
                cancellationToken: token)),
            cancellationToken);
        return rows.FirstOrDefault() is { } at ? StoreTime.FromStore(at) : null;
    }

    public Task<IReadOnlyList<StoredKey>> WrappedByOthersAsync(string masterKeyId, string after, int limit, CancellationToken cancellationToken) => QueryAsync(
        $"""
        SELECT {Columns} FROM customer_keys k WHERE k.erased_at IS NULL AND k.master_key <> @masterKeyId AND k.key_id > @after ORDER BY k.key_id LIMIT @limit
        """,
        new { masterKeyId, after, limit },
        cancellationToken);

    public Task RewrapAsync(IReadOnlyList<(StoredKey Before, StoredKey After)> keys, CancellationToken cancellationToken) => database.WriteAsync(
        (transaction, token) => new StoreWrite(transaction, token).ExecuteAsync(
            """
            UPDATE customer_keys SET wrapped = @Wrapped, master_key = @MasterKeyId
            WHERE key_id = @KeyId AND master_key = @Before AND erased_at IS NULL
            """,
            keys.Select(key => new { Wrapped = key.After.Wrapped?.ToArray(), key.After.MasterKeyId, key.Before.KeyId, Before = key.Before.MasterKeyId })),
        cancellationToken);

    public Task<IReadOnlyList<string>> MasterKeysInUseAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string>>(
        async (connection, token) => (await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT DISTINCT master_key FROM customer_keys WHERE erased_at IS NULL ORDER BY master_key", cancellationToken: token))).AsList(),
        cancellationToken);

    public Task<byte[]> MasterKeyCheckAsync(string masterKeyId, byte[] fresh, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            var write = new StoreWrite(transaction, token);
            await write.ExecuteAsync(
                "INSERT INTO master_keys (master_key, fingerprint) VALUES (@masterKeyId, @fresh) ON CONFLICT (master_key) DO NOTHING",
                new { masterKeyId, fresh });
            return (await write.ScalarAsync<byte[]>("SELECT fingerprint FROM master_keys WHERE master_key = @masterKeyId", new { masterKeyId }))!;
        },
        cancellationToken);

    // Of two programs that add at the same time one inserts; the other waits for its commit and finds its row.
    private async Task<StoredKey> CurrentOrAsync(StoreWrite write, string owner, StoredKey fresh)
    {
        await write.ExecuteAsync(
            """
            INSERT INTO customer_keys (key_id, owner, wrapped, master_key, created_at) VALUES (@KeyId, @owner, @Wrapped, @MasterKeyId, @now)
            ON CONFLICT (owner) WHERE erased_at IS NULL DO NOTHING
            """,
            new { fresh.KeyId, owner, Wrapped = fresh.Wrapped?.ToArray(), fresh.MasterKeyId, now = Now });
        return (await write.QueryAsync<Row>(Current, new { owner }))[0].ToKey();
    }

    private Task<IReadOnlyList<StoredKey>> QueryAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<StoredKey>>(
            async (connection, token) =>
                [.. (await connection.QueryAsync<Row>(new CommandDefinition(sql, parameters, cancellationToken: token))).Select(row => row.ToKey())],
            cancellationToken);

    private sealed record Row
    {
        public string KeyId { get; init; } = "";

        public byte[]? Wrapped { get; init; }

        public string MasterKeyId { get; init; } = "";

        public StoredKey ToKey() => new(KeyId, Wrapped is { } bytes ? bytes.AsMemory() : (ReadOnlyMemory<byte>?)null, MasterKeyId);
    }
}
