using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>What a node logged as an error, so that the test whose request met it can say why.</summary>
internal sealed class NodeLog : ILoggerProvider, ILogger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Channel<string> errors = Channel.CreateUnbounded<string>();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            errors.Writer.TryWrite($"{formatter(state, exception)}\n{exception}");
        }
    }

    public void Dispose() => errors.Writer.TryComplete();

    /// <summary>Writes what the node logged to the output of the test that was answered with an unexpected error.</summary>
    public sealed class Teller(NodeLog log, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.InternalServerError)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{request.Method} {request.RequestUri}: {await NextAsync(cancellationToken)}");
            }
            return response;
        }

        /// <summary>The error is logged only after the answer was sent.</summary>
        private async Task<string> NextAsync(CancellationToken cancellationToken)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            try
            {
                return await log.errors.Reader.ReadAsync(deadline.Token);
            }
            catch (Exception nothing) when (nothing is OperationCanceledException or ChannelClosedException)
            {
                return "nothing was logged";
            }
        }
    }
}
