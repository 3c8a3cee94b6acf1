namespace OrderOrchestration.Workflows.Tracing;

/// <summary>
/// The trace that the code running now belongs to, as a W3C <c>traceparent</c> (contract §5). A message's handler has its message's; a process that goes
/// on with what a handler left for it takes it over with <see cref="Use"/>, so that its activities are called in the name of that message and not of
/// whichever came last. Where nothing is taken over, the message that came last counts, and before any message what started the run.
/// </summary>
/// <example><code>
/// var cause = TraceCause.Current;       // in the handler
/// using (TraceCause.Use(cause)) { … }   // in the process that goes on with it
/// </code></example>
public static class TraceCause
{
    private static readonly AsyncLocal<string?> Ambient = new();

    /// <summary>The cause in force, <c>null</c> outside of a handler and of <see cref="Use"/>. The same in a replay.</summary>
    public static string? Current => Ambient.Value;

    /// <summary>Puts a cause in force until the result is disposed; <c>null</c> puts none in force.</summary>
    public static Scope Use(string? traceparent)
    {
        var before = Ambient.Value;
        Ambient.Value = traceparent;
        return new Scope(before);
    }

    /// <summary>Ends a cause; the one before it is in force again.</summary>
    public readonly record struct Scope(string? Before) : IDisposable
    {
        public void Dispose() => Ambient.Value = Before;
    }
}
