using Npgsql;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>The portal's database and its two roles, neither of which can pass row-level security by its rights.</summary>
internal static class ClusterRoles
{
    public static async Task EnsureAsync(ClusterAccess access, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(access.MaintenanceConnectionString);
        await connection.OpenAsync(cancellationToken);
        await EnsureRoleAsync(connection, ClusterAccess.OwnerRole, access.OwnerPassword, cancellationToken);
        await EnsureRoleAsync(connection, ClusterAccess.AppRole, access.AppPassword, cancellationToken);
        if (!await ExistsAsync(connection, "SELECT 1 FROM pg_database WHERE datname = $1", ClusterAccess.Database, cancellationToken))
        {
            await ExecuteAsync(
                connection, $"CREATE DATABASE {ClusterAccess.Database} OWNER {ClusterAccess.OwnerRole}", cancellationToken);
        }
    }

    private static async Task EnsureRoleAsync(
        NpgsqlConnection connection, string role, string password, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1", role, cancellationToken))
        {
            // CREATE ROLE takes no parameters; the password is hexadecimal digits of our own making.
            await ExecuteAsync(
                connection,
                $"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '{password}'",
                cancellationToken);
        }
    }

    private static async Task<bool> ExistsAsync(
        NpgsqlConnection connection, string sql, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
