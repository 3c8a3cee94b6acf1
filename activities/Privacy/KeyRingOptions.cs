using System.ComponentModel.DataAnnotations;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>How personal data is protected: configuration section <c>Privacy</c> (contract §6).</summary>
public sealed class KeyRingOptions
{
    public const string Section = "Privacy";

    /// <summary>How long a program may go on with a key that another has destroyed: an erasure holds everywhere after it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Most keys that are kept in memory.</summary>
    [Range(100, 10_000_000)]
    public int CacheSize { get; set; } = 50_000;
}
