using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Npgsql;

namespace ClinicPortal.Modules.Identity.Agreements;

/// <summary>
/// Reads and writes agreements in a session of its own. A desk has no scope in an association before both have signed, nor after
/// the end, and must yet draft, sign and read what concerns it: here, and only here, a session has a scope that its person does not.
/// Every statement is about agreements alone and names the caller as a party of them.
/// </summary>
internal sealed class AgreementRows(IServiceScopeFactory scopes, ITenantResolver tenants, CurrentUser user, WorkRunner work)
{
    private const string Columns = """
        tenant_id, id, desk_id, valid_from, valid_until, nights, imported_at, text_version, association_signed_at, association_signed_by_name,
        desk_signed_at, desk_signed_by_name, revoked_at, revoked_by_name
        """;

    /// <summary>All of which the party is one, the latest first.</summary>
    public Task<IReadOnlyList<Agreement>> OfAsync(AgreementParty party, CancellationToken cancellationToken) =>
        InSessionAsync(ScopeOf(party), async (session, _) => await ReadAsync(
            await session.ConnectionAsync(cancellationToken), $"SELECT {Columns} FROM app.cover_agreement WHERE {PartyColumn(party)} = $1 ORDER BY valid_from DESC, id DESC",
            Row, cancellationToken, party.Id), cancellationToken);

    /// <returns>Null when there is no such agreement of the party.</returns>
    public async Task<Agreement?> FindAsync(AgreementParty party, Guid id, CancellationToken cancellationToken) =>
        (await InSessionAsync(ScopeOf(party), async (session, _) => await ReadAsync(
            await session.ConnectionAsync(cancellationToken), $"SELECT {Columns} FROM app.cover_agreement WHERE {PartyColumn(party)} = $1 AND id = $2",
            Row, cancellationToken, party.Id, id), cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<AgreementEvent>> HistoryAsync(Agreement agreement, CancellationToken cancellationToken) =>
        InSessionAsync([new TenantId(agreement.TenantId)], async (session, _) => await ReadAsync(
            await session.ConnectionAsync(cancellationToken),
            "SELECT at, kind, side, actor_name, text_version FROM app.cover_agreement_event WHERE tenant_id = $1 AND agreement_id = $2 ORDER BY at DESC, id DESC",
            row => new AgreementEvent(
                row.GetFieldValue<DateTimeOffset>(0), Enum.Parse<AgreementEventKind>(row.GetString(1)), Enum.Parse<AgreementSide>(row.GetString(2)),
                row.GetString(3), row.GetString(4)),
            cancellationToken, agreement.TenantId, agreement.Id), cancellationToken);

    /// <summary>Writes one statement with the event that it is and the mails that follow, or nothing when it changes no row.</summary>
    /// <param name="news">Mails and reminders to come.</param>
    public async Task<bool> WriteAsync(
        Guid tenantId, Guid agreementId, AgreementEventKind kind, AgreementSide side, string textVersion, string sql, object?[] values, IEnumerable<WorkItem> news,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> due = [];
        var written = await InSessionAsync([new TenantId(tenantId)], async (session, audit) =>
        {
            var connection = await session.ConnectionAsync(cancellationToken);
            if (await ExecuteAsync(connection, sql, cancellationToken, values) == 0)
            {
                return false;
            }
            await ExecuteAsync(connection, """
                INSERT INTO app.cover_agreement_event (tenant_id, id, agreement_id, at, kind, side, actor_id, actor_name, text_version)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, cancellationToken, tenantId, Guid.CreateVersion7(now), agreementId, now, kind.ToString(), side.ToString(), user.Id, user.Name, textVersion);
            audit.Changed(tenantId, "cover-agreement", agreementId, kind.ToString());
            foreach (var item in news)
            {
                session.Enqueue(item);
            }
            await session.CommitAsync(CancellationToken.None);
            due = session.CommittedWork;
            return true;
        }, cancellationToken);
        await work.RunNowAsync(due, cancellationToken);
        return written;
    }

    private static string PartyColumn(AgreementParty party) => party.Side == AgreementSide.Association ? "tenant_id" : "desk_id";

    private IEnumerable<TenantId> ScopeOf(AgreementParty party) =>
        party.Side == AgreementSide.Association ? [new TenantId(party.Id)] : tenants.Tenants.Select(t => new TenantId(t.Id));

    private async Task<T> InSessionAsync<T>(
        IEnumerable<TenantId> scope, Func<PortalSession, Shared.Audit.AuditTrail, Task<T>> act, CancellationToken cancellationToken)
    {
        await using var services = scopes.CreateAsyncScope();
        var session = await services.ServiceProvider.ActAsync(user, scope, cancellationToken);
        return await act(session, services.ServiceProvider.GetRequiredService<Shared.Audit.AuditTrail>());
    }

    internal static async Task<IReadOnlyList<Agreement>> ReadAsync(NpgsqlConnection connection, Guid tenantId, Guid id, CancellationToken cancellationToken) =>
        await ReadAsync(connection, $"SELECT {Columns} FROM app.cover_agreement WHERE tenant_id = $1 AND id = $2", Row, cancellationToken, tenantId, id);

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object?[] values)
    {
        var rows = new List<T>();
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
        return command;
    }

    private static Agreement Row(NpgsqlDataReader row)
    {
        Signature? Signed(int at) => row.IsDBNull(at) ? null : new Signature(row.GetFieldValue<DateTimeOffset>(at), row.GetString(at + 1));
        return new Agreement(
            row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetFieldValue<DateOnly>(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4),
            row.GetInt32(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6), row.IsDBNull(7) ? null : row.GetString(7),
            Signed(8), Signed(10), Signed(12));
    }
}
