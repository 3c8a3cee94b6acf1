using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>How personal data is protected: configuration section <c>Privacy</c> (contract §6).</summary>
public sealed class KeyRingOptions
{
    public const string Section = "Privacy";

    /// <summary>How long a program may still use a key that another has destroyed: after that an erasure is effective everywhere.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum number of keys cached in memory.</summary>
    [Range(100, 10_000_000)]
    public int CacheSize { get; set; } = 50_000;
}
