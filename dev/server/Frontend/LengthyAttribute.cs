namespace EmbeddedTemporal.Frontend;

/// <summary>
/// Marks a call that may keep a processor for many milliseconds, such as a search among all runs. It gets a thread of its own, when
/// its turn comes: the pool has few, and what all the others wait for must not wait for it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LengthyAttribute : Attribute;
