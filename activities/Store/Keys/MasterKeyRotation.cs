using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>
/// Rewraps keys that are not wrapped by the current master key, and logs when an old one is no longer needed. Programs with the old and the new setting
/// may run at the same time until then, because each has both master keys.
/// </summary>
internal sealed partial class MasterKeyRotation(IKeyStore keys, IKeyWrapper wrapper, TimeProvider time, ILogger<MasterKeyRotation> logger) : BackgroundService
{
    private const int AtATime = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly HashSet<string> outdated = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await TryRotateAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next start continues.
        }
    }

    /// <summary>Rewraps all keys that are not wrapped by the current master key; returns how many.</summary>
    internal async Task<int> RotateAsync(CancellationToken cancellationToken)
    {
        outdated.UnionWith((await keys.MasterKeysInUseAsync(cancellationToken)).Where(id => id != wrapper.CurrentMasterKey));
        var count = 0;
        if (outdated.Count > 0)
        {
            for (var after = ""; await keys.WrappedByOthersAsync(wrapper.CurrentMasterKey, after, AtATime, cancellationToken) is { Count: > 0 } batch; after = batch[^1].KeyId)
            {
                await RewrapAsync(batch, cancellationToken);
                count += batch.Count;
            }
        }

        foreach (var id in outdated.Except(await keys.MasterKeysInUseAsync(cancellationToken), StringComparer.Ordinal).ToList())
        {
            outdated.Remove(id);
            LogNoLongerNeeded(id, wrapper.CurrentMasterKey);
        }

        return count;
    }

    private async Task RewrapAsync(IReadOnlyList<StoredKey> batch, CancellationToken cancellationToken)
    {
        var secrets = await wrapper.UnwrapAsync(batch, cancellationToken);
        var rewrapped = new List<(StoredKey, StoredKey)>(batch.Count);
        foreach (var (key, secret) in batch.Zip(secrets))
        {
            var wrapped = await wrapper.WrapAsync(key.KeyId, secret, cancellationToken);
            rewrapped.Add((key, key with { Wrapped = wrapped, MasterKeyId = wrapper.CurrentMasterKey }));
        }

        await keys.RewrapAsync(rewrapped, cancellationToken);
    }

    private async Task TryRotateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RotateAsync(cancellationToken);
        }
        catch (Exception error) when (error is DbException or MasterKeyException)
        {
            LogPostponed(error.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "master key {Old} is no longer needed: every key of a customer is wrapped by {Current}")]
    private partial void LogNoLongerNeeded(string old, string current);

    [LoggerMessage(LogLevel.Warning, "keys could not be wrapped anew, the next round goes on: {Why}")]
    private partial void LogPostponed(string why);
}
