using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// What is configured of a queue, for all its worker versions together: rate limits and weights of fairness keys. A limit of the API goes before
/// the one that the last poller stated (real server: ratelimit_manager.go).
/// </summary>
internal sealed class TaskQueueSettings(bool isFair)
{
    /// <summary>How many fairness keys have a limiter of their own at a time.</summary>
    private const int LimitedKeys = 2000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, RateLimiter> perKey = [];
    private RateLimiter? whole;
    private double? workerRate;
    private volatile bool hasWorkerRate;
    private double? keyRate;
    private Dictionary<string, float> fairnessWeights = [];

    /// <summary>Gets a value indicating whether fairness keys take turns; otherwise the order of arrival counts within a priority.</summary>
    public bool IsFair { get; } = isFair;

    /// <summary>Gets what the API has configured, null for nothing.</summary>
    public TaskQueueConfig? Config { get; private set; }

    /// <summary>Gets the weights that the API has set in place of those of the tasks.</summary>
    public IReadOnlyDictionary<string, float> FairnessWeights => fairnessWeights;

    /// <summary>Gets a value indicating whether any limit is set.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Gets the limit in force and who set it, null where there is none.</summary>
    public (double PerSecond, RateLimitSource Source)? Limit
    {
        get
        {
            lock (gate)
            {
                return whole is null ? null : (whole.PerSecond, ApiRate is null ? RateLimitSource.Worker : RateLimitSource.Api);
            }
        }
    }

    private double? ApiRate => Config?.QueueRateLimit?.RateLimit?.RequestsPerSecond;

    public void Configure(TaskQueueConfig config)
    {
        lock (gate)
        {
            Config = config;
            fairnessWeights = config.FairnessWeightOverrides.ToDictionary();
            Apply();
        }
    }

    /// <summary>The last poller's wish counts; one that states none takes it back.</summary>
    /// <returns>Whether the limit in force has changed.</returns>
    public bool SetWorkerRate(double? perSecond)
    {
        if (perSecond is null && !hasWorkerRate)
        {
            return false;
        }

        lock (gate)
        {
            if (workerRate == perSecond)
            {
                return false;
            }

            workerRate = perSecond;
            hasWorkerRate = perSecond is not null;
            Apply();
            return true;
        }
    }

    /// <summary>Answers how long the task must still wait; zero or less lets it go, null never does.</summary>
    public TimeSpan? Wait(QueuedTask task, DateTime now)
    {
        lock (gate)
        {
            if (whole is { ReadyAt: null } || keyRate <= 0)
            {
                return null;
            }

            var ready = Math.Max(whole?.ReadyAt ?? 0, keyRate is not null ? perKey.GetValueOrDefault(Key(task))?.ReadyAt ?? 0 : 0);
            return TimeSpan.FromTicks(ready - now.Ticks);
        }
    }

    /// <summary>A task goes out, or comes back because nobody wanted it.</summary>
    public void Consume(QueuedTask task, DateTime now, int tasks = 1)
    {
        lock (gate)
        {
            whole?.Consume(now.Ticks, tasks);
            if (keyRate is not { } rate)
            {
                return;
            }

            if (perKey.Count >= LimitedKeys)
            {
                foreach (var ready in perKey.Where(limiter => limiter.Value.ReadyAt <= now.Ticks).Select(limiter => limiter.Key).ToList())
                {
                    perKey.Remove(ready);
                }
            }

            if (!perKey.TryGetValue(Key(task), out var limiter))
            {
                perKey[Key(task)] = limiter = new(rate);
            }

            limiter.Consume(now.Ticks, tasks, TaskPriority.Weight(task.Priority, fairnessWeights));
        }
    }

    private static string Key(QueuedTask task) => task.Priority?.FairnessKey ?? "";

    private void Apply()
    {
        var rate = ApiRate ?? workerRate;
        if (rate != whole?.PerSecond)
        {
            whole = rate is { } perSecond ? new(perSecond) : null;
        }

        var newKeyRate = (double?)Config?.FairnessKeysRateLimitDefault?.RateLimit?.RequestsPerSecond;
        if (newKeyRate != keyRate)
        {
            keyRate = newKeyRate;
            perKey.Clear();
        }

        IsLimited = whole is not null || keyRate is not null;
    }
}
