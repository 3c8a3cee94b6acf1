using System.Collections.Concurrent;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>A bounded cache whose entries expire. (HybridCache and MemoryCache copy or size their entries; keys are neither to be copied nor measured.)</summary>
internal sealed class ExpiringCache<T>(int size, TimeSpan lifetime, TimeProvider time)
    where T : class
{
    private readonly ConcurrentDictionary<string, (T Value, long Until)> entries = new(StringComparer.Ordinal);

    public T? Find(string key) => entries.TryGetValue(key, out var entry) && entry.Until > time.GetTimestamp() ? entry.Value : null;

    public void Set(string key, T value)
    {
        if (entries.Count >= size)
        {
            MakeRoom();
        }

        entries[key] = (value, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency));
    }

    private void MakeRoom()
    {
        var now = time.GetTimestamp();
        foreach (var (key, entry) in entries)
        {
            if (entry.Until <= now)
            {
                entries.TryRemove(key, out _);
            }
        }

        if (entries.Count >= size)
        {
            entries.Clear();
        }
    }
}
