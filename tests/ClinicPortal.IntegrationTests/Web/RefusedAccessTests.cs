using System.Collections.Concurrent;
using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClinicPortal.IntegrationTests.Web;

/// <summary>Who tries a door that is not theirs leaves a line, which names no patient and no address.</summary>
public sealed class RefusedAccessTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";

    [Fact]
    public async Task RefusedRequests_LeaveALineEach_ByPatternAndAccount()
    {
        var log = new Lines();
        await using var node = await PortalNode.StartAsync(portal.Database, portal.Clock, services => services.AddSingleton<ILoggerProvider>(log));
        using var staff = await Browser.SignInAsync(node, "clinic1@setagaya.example", Host);
        using var nobody = node.Api("a wrong key");
        var member = Guid.NewGuid();

        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync(node.Url($"/staff/{member}", Host))).Status);
        (await nobody.GetAsync("/api/v1/cases")).Expect(HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.NotFound, (await staff.GetAsync(node.Url($"/patients/{member}", Host))).Status);

        Assert.Contains(log.Written, l => l.StartsWith("Refused with 404: GET /patients/{id:guid}, account ", StringComparison.Ordinal));
        Assert.Contains(log.Written, l => l.StartsWith(
            $"Refused with 403: GET /staff/{{id:guid}}, account {StableId.Of("setagaya", "clinic1")}, role clinic-staff", StringComparison.Ordinal));
        Assert.Contains(log.Written, l => l.StartsWith("Refused with 401: GET /api/v1/cases", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Written, l => l.Contains($"{member}", StringComparison.Ordinal) || l.Contains("a wrong key", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => categoryName == typeof(RefusedAccess).FullName ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Written.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
