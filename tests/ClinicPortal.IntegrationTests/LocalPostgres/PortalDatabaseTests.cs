using ClinicPortal.Shared.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static ClinicPortal.IntegrationTests.LocalPostgres.TemporaryDataDirectory;

namespace ClinicPortal.IntegrationTests.LocalPostgres;

public sealed class PortalDatabaseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resolve_WithBothConnectionStrings_UsesThem()
    {
        var builder = Builder(new() { ["ConnectionStrings:Portal"] = "Host=a", ["ConnectionStrings:PortalOwner"] = "Host=b" });

        await using var database = await PortalDatabase.ResolveAsync(builder, Cancellation);

        Assert.Equal(new PortalConnectionStrings("Host=a", "Host=b"), database.Connections);
        Assert.True(database.IsAvailable);
    }

    [Theory]
    [InlineData("Portal", "PortalOwner")]
    [InlineData("PortalOwner", "Portal")]
    public async Task Resolve_WithOneConnectionString_IsRefusedNamingTheOther(string present, string missing)
    {
        var builder = Builder(new() { [$"ConnectionStrings:{present}"] = "Host=a" });

        var refusal = await Assert.ThrowsAsync<PortalDatabaseException>(
            () => PortalDatabase.ResolveAsync(builder, Cancellation));

        Assert.Contains($"ConnectionStrings:{missing} is not", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_WithoutConnectionStrings_ServesUntilTheLastHostedServiceHasStopped()
    {
        await using var directory = new TemporaryDataDirectory();
        var builder = Builder(new() { ["DataDirectory"] = directory.Path });
        builder.Services.AddSingleton<LastWork>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LastWork>());
        await PortalDatabase.ResolveAsync(builder, Cancellation);
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        await host.StopAsync(Cancellation);

        Assert.Equal("portal_app", host.Services.GetRequiredService<LastWork>().Done);
        Assert.False(directory.IsServed);
    }

    [Fact]
    public async Task ResolveForCommand_StopsItsServerWithTheContainer_WithoutAHostThatRan()
    {
        await using var directory = new TemporaryDataDirectory();
        var builder = Builder(new() { ["DataDirectory"] = directory.Path });
        await PortalDatabase.ResolveForCommandAsync(builder, Cancellation);

        await using (var services = builder.Services.BuildServiceProvider())
        {
            var connections = services.GetRequiredService<PortalConnectionStrings>();
            Assert.Equal(1, await ReadAsync<int>(connections.App, "SELECT 1"));
        }

        Assert.False(directory.IsServed);
    }

    private static HostApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["Logging:LogLevel:Default"] = nameof(LogLevel.Warning);
        return builder;
    }

    private sealed class LastWork(PortalConnectionStrings connections) : IHostedService
    {
        public string? Done { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) =>
            Done = await ReadAsync<string>(connections.App, "SELECT current_user::text");
    }
}
