using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>
/// That somebody's page is connected holds for a while only: the node that serves it renews it, and what a node left behind that ended without
/// goodbye is forgotten by any other, which tells the pages that showed it.
/// </summary>
internal sealed class RoomPresence(
    Rooms rooms, NpgsqlDataSource dataSource, LiveRelay live, DatabaseReadiness readiness, TimeProvider clock, ILogger<RoomPresence> logger)
    : RepeatedTask(TimeSpan.FromSeconds(15), readiness, clock, logger)
{
    /// <summary>Three renewals: one that comes late ends nobody's presence.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    /// <summary>Of everybody on this node. One that was forgotten by mistake, while the database was away, is there again.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var here = rooms.Connected;
        if (here.Count == 0)
        {
            return;
        }
        await RunAsync("""
            UPDATE telehealth.participant p SET connection_id = m.connection, connected_until = $4
            FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS m (tenant, participant, connection)
            WHERE p.tenant_id = m.tenant AND p.id = m.participant AND (p.connection_id = m.connection OR p.connection_id IS NULL)
            RETURNING NULL::uuid, NULL::uuid
            """,
            [
                Ids(here.Select(m => m.TenantId)), Ids(here.Select(m => m.ParticipantId)), Ids(here.Select(m => m.ConnectionId)),
                new NpgsqlParameter<DateTimeOffset> { TypedValue = Clock.GetUtcNow() + Lease },
            ], cancellationToken);
    }

    /// <summary>Whoever's node did not renew it any more, of all associations.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var gone = await RunAsync("""
            UPDATE telehealth.participant p SET connection_id = NULL, connected_until = NULL
            FROM telehealth.appointment a
            WHERE p.connection_id IS NOT NULL AND (p.connected_until IS NULL OR p.connected_until < $1) AND a.tenant_id = p.tenant_id AND a.id = p.appointment_id
            RETURNING a.id, a.doctor_id
            """, [new NpgsqlParameter<DateTimeOffset> { TypedValue = Clock.GetUtcNow() }], cancellationToken);
        live.Publish([.. gone.SelectMany(one => new[] { AppointmentNews.Topic(one.Appointment), AppointmentNews.DoctorTopic(one.Doctor) }).Distinct()]);
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await RenewAsync(cancellationToken);
        await ForgetAsync(cancellationToken);
    }

    private static NpgsqlParameter<Guid[]> Ids(IEnumerable<Guid> ids) => new() { TypedValue = [.. ids] };

    private async Task<List<(Guid Appointment, Guid Doctor)>> RunAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var changed = new List<(Guid, Guid)>();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AllTenants.SeeAsync(connection, cancellationToken);
        await using (var command = new NpgsqlCommand(sql, connection, transaction))
        {
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (!reader.IsDBNull(0))
                {
                    changed.Add((reader.GetGuid(0), reader.GetGuid(1)));
                }
            }
        }
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }
}
