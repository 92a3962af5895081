using System.Diagnostics;
using System.Globalization;
using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ClinicPortal.IntegrationTests.LocalPostgres;

/// <summary>A data directory of one test. What still serves it at the end is stopped.</summary>
public sealed class TemporaryDataDirectory : IAsyncDisposable
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // With a space, because people's directories have them.
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"portal pg {Guid.NewGuid():N}");

    private string PidFile => System.IO.Path.Combine(Path, "pg", "postmaster.pid");

    public int PostmasterId => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    /// <summary>"starting", "ready" or "stopping", as the server itself says.</summary>
    public string PostmasterStatus => File.ReadLines(PidFile).ElementAtOrDefault(7)?.Trim() ?? "starting";

    public bool IsServed => File.Exists(PidFile);

    public Task<LocalPostgresServer> StartAsync() => LocalPostgresServer.StartAsync(
        new LocalPostgresOptions { DataDirectory = Path }, NullLoggerFactory.Instance, Cancellation);

    public Task<LocalPostgresServer> JoinOrStartAsync() => LocalPostgresServer.JoinOrStartAsync(
        new LocalPostgresOptions { DataDirectory = Path }, NullLoggerFactory.Instance, Cancellation);

    /// <summary>As <c>kill -9</c>, and returns when the process is gone.</summary>
    public async Task KillPostmasterAsync()
    {
        using var postmaster = Process.GetProcessById(PostmasterId);
        postmaster.Kill();
        await postmaster.WaitForExitAsync(Cancellation);
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await ExecuteAsync(connection, sql);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public static async Task<T> ReadAsync<T>(string connectionString, string sql)
    {
        // A restart breaks pooled connections; a test asks on a new one.
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsServed)
        {
            await (await StartAsync()).DisposeAsync();
        }

        Directory.Delete(Path, recursive: true);
    }
}
