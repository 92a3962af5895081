using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ClinicPortal.Benchmarks.Sites;

/// <summary>The portal's own PostgreSQL in a temporary directory, with its ordinary settings: fsync is on.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    /// <summary>Of every site: what it closes is gone with the temporary directory.</summary>
    public const string MasterKey = "benchmark=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly string directory;
    private readonly LocalPostgresServer server;
    private readonly List<Site> sites = [];

    private TestBed(string directory, LocalPostgresServer server) => (this.directory, this.server) = (directory, server);

    /// <summary>An empty folder: the portal's start finds no association to import there.</summary>
    public string NoTenants { get; private set; } = "";

    /// <summary>Where the site's portal keeps its paper sheets, as it does in service.</summary>
    public string PaperOf(Site site) => Path.Combine(directory, "paper", site.Shape.Associations.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Where the site's portal keeps anchors of its access log.</summary>
    public string AnchorsOf(Site site) => PaperOf(site) + "-anchors";

    public static async Task<TestBed> StartAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("portal-benchmarks-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // PostgreSQL may run as another account than this.
            File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        var server = await LocalPostgresServer.StartAsync(
            new LocalPostgresOptions { DataDirectory = Path.Combine(directory, "data") }, NullLoggerFactory.Instance, cancellationToken);
        var bed = new TestBed(directory, server) { NoTenants = Directory.CreateDirectory(Path.Combine(directory, "tenants")).FullName };
        // What would come at a time of its own, and so to one side of a comparison only: each measurement is swept and vacuumed instead.
        await bed.ExecuteAsync("ALTER SYSTEM SET autovacuum = off", cancellationToken);
        await bed.ExecuteAsync("ALTER SYSTEM SET checkpoint_timeout = '1h'", cancellationToken);
        await bed.ExecuteAsync("SELECT pg_reload_conf()", cancellationToken);
        return bed;
    }

    public async Task<Site> AddSiteAsync(SiteShape shape, int patients, CancellationToken cancellationToken)
    {
        var name = $"site_{shape.Associations}";
        var owner = new NpgsqlConnectionStringBuilder(server.ConnectionStrings.Owner).Username;
        await ExecuteAsync($"CREATE DATABASE {name} OWNER \"{owner}\"", cancellationToken);
        var site = new Site(new PortalConnectionStrings(In(server.ConnectionStrings.App, name), In(server.ConnectionStrings.Owner, name)), shape);
        sites.Add(site);
        await site.FillAsync(patients, cancellationToken);
        return site;
    }

    /// <summary>What filling left unwritten is written now, not during a measurement.</summary>
    public Task CheckpointAsync(CancellationToken cancellationToken) => ExecuteAsync("CHECKPOINT", cancellationToken);

    public async Task<string> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.MaintenanceConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return $"{await command.ExecuteScalarAsync(cancellationToken)}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var site in sites)
        {
            await site.DisposeAsync();
        }
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.MaintenanceConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string In(string connectionString, string database) => new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;
}
