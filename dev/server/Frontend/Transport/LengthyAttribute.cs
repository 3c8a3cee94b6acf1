namespace EmbeddedTemporal.Frontend.Transport;

/// <summary>
/// Marks a call that may use a processor for many milliseconds, such as a visibility query over all runs. It runs on a dedicated thread, so that it does not
/// occupy the few threads of the pool that the short calls need; the number of such calls at a time is limited.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LengthyAttribute : Attribute;
