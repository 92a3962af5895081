using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>
/// Nodes that start at once on one database do so one after the other: the later ones find what the first has made. The turn is the
/// connection's, so that a node that dies passes it on.
/// </summary>
public sealed class StartTurn : IAsyncDisposable
{
    private const long LockKey = 4_202_611_25;

    private readonly NpgsqlConnection connection;

    private StartTurn(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<StartTurn> TakeAsync(PortalConnectionStrings connections, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connections.Owner) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var wait = new NpgsqlCommand($"SELECT pg_advisory_lock({LockKey})", connection) { CommandTimeout = 0 };
            await wait.ExecuteNonQueryAsync(cancellationToken);
            return new StartTurn(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
