using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrderOrchestration.DevHost.WebUi;

namespace OrderOrchestration.Tests.WebUi.Building;

/// <summary>Records what is logged at or above a level.</summary>
internal sealed class LogLines(LogLevel least) : ILogger<WebUiBuilder>
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> All => lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            lines.Enqueue(formatter(state, exception));
        }
    }
}
