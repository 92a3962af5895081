using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>
/// The one PostgreSQL of a test process, started when the first test asks for it: the portal's own in a temporary
/// directory, or the configured one (<c>ConnectionStrings__Portal</c>, and <c>ConnectionStrings__PortalOwner</c> of a role
/// that may create databases). Test classes work on clones of a template in which the real host has
/// migrated, imported the tenants and seeded the demonstration.
/// </summary>
public sealed class PortalPostgres : IAsyncDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"portal-tests-{Guid.NewGuid():N}");
    private readonly Lazy<Task<TestServer>> server;
    private readonly Lazy<Task<string>> nightTemplate;
    private readonly Lazy<Task<string>> todayTemplate;
    private int databases;

    public PortalPostgres()
    {
        server = new(StartAsync);
        nightTemplate = new(() => MakeTemplateAsync("night", new NightClock()));
        todayTemplate = new(() => MakeTemplateAsync("today", TimeProvider.System));
    }

    /// <param name="ofToday">The demonstration was seeded now instead of on the test night: for tests with processes whose clock is real.</param>
    public async Task<PortalTestDatabase> CloneAsync(bool ofToday = false)
    {
        var template = await (ofToday ? todayTemplate : nightTemplate).Value;
        return await CreateAsync($"portal_test_{Interlocked.Increment(ref databases)}", $"TEMPLATE {template}");
    }

    /// <summary>A database in which nothing is yet.</summary>
    public Task<PortalTestDatabase> EmptyAsync() => CreateAsync($"portal_test_{Interlocked.Increment(ref databases)}", "");

    public async ValueTask DisposeAsync()
    {
        if (!server.IsValueCreated)
        {
            return;
        }
        var running = await server.Value;
        if (running.Local is not null)
        {
            await running.Local.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            return;
        }
        foreach (var template in new[] { nightTemplate, todayTemplate }.Where(t => t.IsValueCreated))
        {
            await ExecuteAsync(running.Maintenance, $"DROP DATABASE {await template.Value}");
        }
    }

    internal async Task DropAsync(string database) =>
        await ExecuteAsync((await server.Value).Maintenance, $"DROP DATABASE {database} WITH (FORCE)");

    private async Task<TestServer> StartAsync()
    {
        var (app, owner) = (Environment.GetEnvironmentVariable("ConnectionStrings__Portal"), Environment.GetEnvironmentVariable("ConnectionStrings__PortalOwner"));
        if (app is { Length: > 0 } && owner is { Length: > 0 })
        {
            return new TestServer(new PortalConnectionStrings(app, owner), owner, null);
        }
        var local = await LocalPostgresServer.StartAsync(
            new LocalPostgresOptions { DataDirectory = directory }, NullLoggerFactory.Instance, CancellationToken.None);
        // Nothing here outlives the process: what a crash would lose needs no protection, and clones are copied faster.
        foreach (var setting in new[] { "fsync", "full_page_writes", "synchronous_commit" })
        {
            await ExecuteAsync(local.MaintenanceConnectionString, $"ALTER SYSTEM SET {setting} = off");
        }
        await ExecuteAsync(local.MaintenanceConnectionString, "SELECT pg_reload_conf()");
        return new TestServer(local.ConnectionStrings, local.MaintenanceConnectionString, local);
    }

    private async Task<string> MakeTemplateAsync(string name, TimeProvider clock)
    {
        var database = await CreateAsync($"portal_template_{name}", "");
        await new Migrator(database.Connections, database.Vault, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
        await database.ExecuteAsync(NightClock.Partitions);
        await using (await PortalNode.StartAsync(database, clock))
        {
        }
        // A clone can be made only of a database that nobody is connected to.
        await database.LeaveAsync();
        return database.Name;
    }

    private async Task<PortalTestDatabase> CreateAsync(string name, string options)
    {
        var running = await server.Value;
        if (running.Local is null)
        {
            name += $"_{Environment.ProcessId}";
        }
        var owner = new NpgsqlConnectionStringBuilder(running.Connections.Owner).Username;
        await ExecuteAsync(running.Maintenance, $"CREATE DATABASE {name} OWNER \"{owner}\" {options} STRATEGY file_copy");
        return new PortalTestDatabase(this, name, new PortalConnectionStrings(In(running.Connections.App, name), In(running.Connections.Owner, name)));
    }

    private static string In(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, MaxPoolSize = 40 }.ConnectionString;

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private sealed record TestServer(PortalConnectionStrings Connections, string Maintenance, LocalPostgresServer? Local);
}
