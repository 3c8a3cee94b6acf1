using EmbeddedTemporal.Validation;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace EmbeddedTemporal.Matching;

/// <summary>
/// The rate limits and fairness weights of a queue, shared by all its worker versions. A limit set by the API takes precedence over the one in the last
/// poll request (real server: ratelimit_manager.go).
/// </summary>
internal sealed class TaskQueueSettings(bool isFair)
{
    /// <summary>The number of fairness key limiters above which unused ones are removed.</summary>
    private const int LimitedKeys = 2000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, RateLimiter> perKey = [];
    private RateLimiter? queueLimiter;
    private double? workerRate;
    private volatile bool hasWorkerRate;
    private double? keyRate;
    private Dictionary<string, float> fairnessWeights = [];

    /// <summary>Gets a value indicating whether fairness is enabled; otherwise tasks of one priority are in the order of arrival.</summary>
    public bool IsFair { get; } = isFair;

    /// <summary>Gets the configuration that was set by the API, or null.</summary>
    public TaskQueueConfig? Config { get; private set; }

    /// <summary>Gets the fairness weight overrides that were set by the API.</summary>
    public IReadOnlyDictionary<string, float> FairnessWeights => fairnessWeights;

    /// <summary>Gets a value indicating whether any rate limit is set.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Gets the effective rate limit and its source, or null.</summary>
    public (double PerSecond, RateLimitSource Source)? Limit
    {
        get
        {
            lock (gate)
            {
                return queueLimiter is null ? null : (queueLimiter.PerSecond, ApiRate is null ? RateLimitSource.Worker : RateLimitSource.Api);
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

    /// <summary>Sets the rate of the last poll request; null removes it.</summary>
    /// <returns>Whether the rate has changed.</returns>
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

    /// <summary>Returns how long the task has to wait; zero or less if it may be dispatched, null if the rate is zero.</summary>
    public TimeSpan? Wait(QueuedTask task, DateTime now)
    {
        lock (gate)
        {
            if (queueLimiter is { ReadyAt: null } || keyRate <= 0)
            {
                return null;
            }

            var ready = Math.Max(queueLimiter?.ReadyAt ?? 0, keyRate is not null ? perKey.GetValueOrDefault(Key(task))?.ReadyAt ?? 0 : 0);
            return TimeSpan.FromTicks(ready - now.Ticks);
        }
    }

    /// <summary>Consumes the tokens of a dispatched task, or returns those of a stale one.</summary>
    public void Consume(QueuedTask task, DateTime now, int tasks = 1)
    {
        lock (gate)
        {
            queueLimiter?.Consume(now.Ticks, tasks);
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
        if (rate != queueLimiter?.PerSecond)
        {
            queueLimiter = rate is { } perSecond ? new(perSecond) : null;
        }

        var newKeyRate = (double?)Config?.FairnessKeysRateLimitDefault?.RateLimit?.RequestsPerSecond;
        if (newKeyRate != keyRate)
        {
            keyRate = newKeyRate;
            perKey.Clear();
        }

        IsLimited = queueLimiter is not null || keyRate is not null;
    }
}
