namespace OrderOrchestration.Workflows.Tracing;

/// <summary>
/// The trace that the running code belongs to, as a W3C <c>traceparent</c> (contract §5). A handler has the trace of its message. A process that
/// continues the work of a handler sets that trace with <see cref="Use"/>, so that its activities belong to that message and not to the latest one.
/// Without <see cref="Use"/> the latest message counts, and before any message the start of the run.
/// </summary>
/// <example><code>
/// var cause = TraceCause.Current;       // in the handler
/// using (TraceCause.Use(cause)) { … }   // in the process that continues
/// </code></example>
public static class TraceCause
{
    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>The current cause, <c>null</c> outside of a handler and of <see cref="Use"/>. The same in a replay.</summary>
    public static string? Current => Ambient.Value;

    /// <summary>Sets the cause until the result is disposed; <c>null</c>: no cause.</summary>
    public static Scope Use(string? traceparent)
    {
        var before = Ambient.Value;
        Ambient.Value = traceparent;
        return new Scope(before);
    }

    /// <summary>Restores the previous cause when it is disposed.</summary>
    public readonly record struct Scope(string? Before) : IDisposable
    {
        public void Dispose() => Ambient.Value = Before;
    }
}
