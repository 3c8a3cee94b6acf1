using System.Collections;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.Tests.Api.Corpus;

/// <summary>The exceptions that a program logged as errors of its own, each with its line.</summary>
internal sealed class LoggedErrors : ILoggerProvider, ILogger, IEnumerable<string>
{
    private readonly ConcurrentQueue<string> errors = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && exception is not null)
        {
            errors.Enqueue($"{formatter(state, exception)}: {exception}");
        }
    }

    public IEnumerator<string> GetEnumerator() => errors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        // Nothing is held.
    }
}
