using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>Port and passwords of the cluster, kept in <c>postgres.json</c>, readable by the application's account only.</summary>
internal sealed record ClusterAccess(int Port, string SuperuserPassword, string OwnerPassword, string AppPassword)
{
    public const string Superuser = "postgres";
    public const string OwnerRole = "portal_owner";
    public const string AppRole = "portal_app";
    public const string Database = "clinicportal";

    private const string FileName = "postgres.json";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    [JsonIgnore]
    public PortalConnectionStrings ConnectionStrings => new(
        ConnectionString(AppRole, AppPassword, Database, poolSize: 150),
        ConnectionString(OwnerRole, OwnerPassword, Database, poolSize: 20));

    [JsonIgnore]
    public string MaintenanceConnectionString => ConnectionString(Superuser, SuperuserPassword, "postgres", poolSize: 0);

    public static ClusterAccess Create() => new(LoopbackPort.ChooseFree(), NewPassword(), NewPassword(), NewPassword());

    public static ClusterAccess? Load(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ClusterAccess>(File.ReadAllText(path)) : null;
        }
        catch (JsonException exception)
        {
            throw new PortalDatabaseException($"{path} is damaged: {exception.Message}", exception);
        }
    }

    public void Save(string dataDirectory)
    {
        var path = PathIn(dataDirectory);
        var next = path + ".new";
        PrivateFile.Write(next, JsonSerializer.Serialize(this, s_json));
        File.Move(next, path, overwrite: true);
    }

    /// <returns>Why no connection can be made at present; null when one can.</returns>
    /// <exception cref="PortalDatabaseException">The cluster has other passwords, which waiting does not change.</exception>
    public async Task<string?> WhyUnreachableAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new PortalDatabaseException($"The passwords in {FileName} are not those of the cluster beside it.", exception);
        }
        catch (NpgsqlException exception)
        {
            return exception.Message;
        }
    }

    private static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);

    private static string NewPassword() => RandomNumberGenerator.GetHexString(40, lowercase: true);

    private string ConnectionString(string role, string password, string database, int poolSize) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = role,
            Password = password,
            ApplicationName = "ClinicPortal",
            Pooling = poolSize > 0,
            MaxPoolSize = Math.Max(poolSize, 1),
            // Both are offered by default and would only be declined by a server on the same machine.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
