using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>What all nodes of a test process log, as much of it as an installation logs, and what else is to be looked through with it.</summary>
public sealed class SuiteLog : ILoggerProvider, ILogger
{
    /// <summary>Null where nobody looks through the logs.</summary>
    public static SuiteLog? Listening { get; set; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    /// <summary>It outlives the nodes that log into it.</summary>
    public void Dispose()
    {
    }
}
