using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static ClinicPortal.IntegrationTests.LocalPostgres.TemporaryDataDirectory;

namespace ClinicPortal.IntegrationTests.LocalPostgres;

public sealed class LocalPostgresServerTests
{
    private const string RolesAboveRowSecurity =
        "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'portal%' AND (rolsuper OR rolbypassrls OR rolcreaterole)";

    [Fact]
    public async Task Start_InEmptyDirectory_MakesDatabaseWithItsTwoRoles()
    {
        await using var directory = new TemporaryDataDirectory();

        await using var server = await directory.StartAsync();

        Assert.True(server.IsAvailable);
        Assert.Equal(
            "clinicportal of portal_owner in UTF8",
            await ReadAsync<string>(
                server.ConnectionStrings.App,
                """
                SELECT datname || ' of ' || pg_get_userbyid(datdba) || ' in ' || pg_encoding_to_char(encoding)
                FROM pg_database WHERE datname = current_database()
                """));
        Assert.Equal("portal_app", await ReadAsync<string>(server.ConnectionStrings.App, "SELECT current_user::text"));
        Assert.Equal("portal_owner", await ReadAsync<string>(server.ConnectionStrings.Owner, "SELECT current_user::text"));
        Assert.Equal(0L, await ReadAsync<long>(server.MaintenanceConnectionString, RolesAboveRowSecurity));
        Assert.Equal("on", await ReadAsync<string>(server.ConnectionStrings.App, "SHOW fsync"));
    }

    [Fact]
    public async Task Start_InEmptyDirectory_KeepsPasswordsFromOtherAccounts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await using var directory = new TemporaryDataDirectory();

        await using var server = await directory.StartAsync();

        var passwords = Path.Combine(directory.Path, "postgres.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(passwords).UnixFileMode);
    }

    [Fact]
    public async Task Start_AfterStop_FindsItsDataAndKeepsItsConnectionStrings()
    {
        await using var directory = new TemporaryDataDirectory();
        PortalConnectionStrings first;
        await using (var server = await directory.StartAsync())
        {
            first = server.ConnectionStrings;
            await ExecuteAsync(first.Owner, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        await using var again = await directory.StartAsync();

        Assert.Equal(first, again.ConnectionStrings);
        Assert.Equal(42, await ReadAsync<int>(again.ConnectionStrings.Owner, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Dispose_StopsServerAndFreesDirectory()
    {
        await using var directory = new TemporaryDataDirectory();
        var server = await directory.StartAsync();

        await server.DisposeAsync();

        Assert.False(directory.IsServed);
        Assert.False(server.IsAvailable);
    }

    [Fact]
    public async Task Start_WhileAnotherHoldsDirectory_IsRefusedWithTheHolder()
    {
        await using var directory = new TemporaryDataDirectory();
        await using var server = await directory.StartAsync();

        var refusal = await Assert.ThrowsAsync<PortalDatabaseException>(() => directory.StartAsync());

        Assert.Contains(directory.Path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", refusal.Message, StringComparison.Ordinal);
        Assert.True(server.IsAvailable);
    }

    [Fact]
    public async Task JoinOrStart_WhileAnotherHoldsDirectory_UsesItsServerAndLeavesItRunning()
    {
        await using var directory = new TemporaryDataDirectory();
        await using var server = await directory.StartAsync();

        await using (var joined = await directory.JoinOrStartAsync())
        {
            Assert.Equal(server.ConnectionStrings, joined.ConnectionStrings);
        }

        Assert.Equal(1, await ReadAsync<int>(server.ConnectionStrings.App, "SELECT 1"));
    }

    [Fact]
    public async Task JoinOrStart_WhenNobodyHoldsDirectory_StartsAndStopsServer()
    {
        await using var directory = new TemporaryDataDirectory();

        await using (var server = await directory.JoinOrStartAsync())
        {
            Assert.Equal(1, await ReadAsync<int>(server.ConnectionStrings.App, "SELECT 1"));
        }

        Assert.False(directory.IsServed);
    }

    [Fact]
    public async Task KilledPostmaster_IsRestarted_WithTheSameConnectionStringsAndData()
    {
        await using var directory = new TemporaryDataDirectory();
        await using var server = await directory.StartAsync();
        await ExecuteAsync(server.ConnectionStrings.Owner, "CREATE TABLE kept AS SELECT 42 AS answer");
        var killed = directory.PostmasterId;

        await directory.KillPostmasterAsync();
        await UntilAsync(() => server.IsAvailable && directory.IsServed && directory.PostmasterId != killed);

        Assert.Equal(42, await ReadAsync<int>(server.ConnectionStrings.Owner, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_AfterApplicationVanished_TakesOverTheRunningServer()
    {
        await using var directory = new TemporaryDataDirectory();
        var (running, connections) = await LeaveServerBehindAsync(directory);

        await using var server = await directory.StartAsync();

        Assert.Equal(running, directory.PostmasterId);
        Assert.Equal(connections, server.ConnectionStrings);
        Assert.Equal(42, await ReadAsync<int>(server.ConnectionStrings.Owner, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_AfterApplicationAndPostmasterWereKilled_Recovers()
    {
        await using var directory = new TemporaryDataDirectory();
        await LeaveServerBehindAsync(directory);
        await directory.KillPostmasterAsync();

        await using var server = await directory.StartAsync();

        Assert.Equal(42, await ReadAsync<int>(server.ConnectionStrings.Owner, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_WhileThePreviousServerStillStops_WaitsForItsEnd()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Stopped by a signal.");
        await using var directory = new TemporaryDataDirectory();
        var (stopping, connections) = await LeaveServerBehindAsync(directory);
        Task<LocalPostgresServer> start;
        await using (var session = new NpgsqlConnection(connections.App))
        {
            await session.OpenAsync(TestContext.Current.CancellationToken);
            using var signal = Process.Start("kill", ["-TERM", stopping.ToString(CultureInfo.InvariantCulture)]);
            await UntilAsync(() => directory.PostmasterStatus == "stopping");

            start = directory.StartAsync();
            await ExecuteAsync(session, "SELECT 1");
            Assert.False(start.IsCompleted);
            NpgsqlConnection.ClearPool(session);
        }

        await using var server = await start;

        Assert.NotEqual(stopping, directory.PostmasterId);
        Assert.Equal(42, await ReadAsync<int>(server.ConnectionStrings.Owner, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_WhenAnotherProgramHasTheDeadPostmastersNumber_Recovers()
    {
        await using var directory = new TemporaryDataDirectory();
        await LeaveServerBehindAsync(directory);
        var pidFile = Path.Combine(directory.Path, "pg", "postmaster.pid");
        await directory.KillPostmasterAsync();
        var lines = await File.ReadAllLinesAsync(pidFile, TestContext.Current.CancellationToken);
        lines[0] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(pidFile, lines, TestContext.Current.CancellationToken);

        await using var server = await directory.StartAsync();

        Assert.Equal(42, await ReadAsync<int>(server.ConnectionStrings.Owner, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_WhenItsPortWasTaken_MovesToAnother()
    {
        await using var directory = new TemporaryDataDirectory();
        string before;
        await using (var server = await directory.StartAsync())
        {
            before = server.ConnectionStrings.App;
        }

        using var other = new TcpListener(IPAddress.Loopback, new NpgsqlConnectionStringBuilder(before).Port);
        other.Start();

        await using var again = await directory.StartAsync();

        Assert.NotEqual(before, again.ConnectionStrings.App);
        Assert.Equal(1, await ReadAsync<int>(again.ConnectionStrings.App, "SELECT 1"));
    }

    [Fact]
    public async Task Postmaster_HasASessionOfItsOwn_SoThatCtrlCInTheTerminalPassesItBy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Read from /proc.");
        await using var directory = new TemporaryDataDirectory();

        await using var server = await directory.StartAsync();

        Assert.Equal(directory.PostmasterId, SessionOf(directory.PostmasterId));
        Assert.NotEqual(SessionOf(Environment.ProcessId), SessionOf(directory.PostmasterId));
    }

    /// <summary>What a killed application leaves: a running server that no process holds.</summary>
    private static async Task<(int Postmaster, PortalConnectionStrings Connections)> LeaveServerBehindAsync(
        TemporaryDataDirectory directory)
    {
        await using (var server = await directory.StartAsync())
        {
            await ExecuteAsync(server.ConnectionStrings.Owner, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        var cluster = await PostgresCluster.OpenAsync(
            new LocalPostgresOptions { DataDirectory = directory.Path }, NullLogger.Instance, TestContext.Current.CancellationToken);
        var start = await cluster.StartAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(start.Succeeded, start.Output);
        return (directory.PostmasterId, cluster.Access.ConnectionStrings);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }

    private static int SessionOf(int processId)
    {
        // "pid (name) state parent group session …"
        var stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture);
    }
}
