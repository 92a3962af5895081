using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Shared.Audit;

/// <summary>An entry, and which of the patients asked for it is about.</summary>
public sealed record PatientLook(AuditEntry Entry, IReadOnlyList<Guid> PatientIds);

/// <param name="Patients">Whose: only the asker's own.</param>
/// <param name="From">Included.</param>
/// <param name="Until">Not included.</param>
/// <param name="Person">Only what this account did.</param>
/// <param name="NotOf">Only what other organisations did.</param>
public sealed record LookQuery(
    Guid Tenant, IReadOnlyCollection<Guid> Patients, DateTimeOffset From, DateTimeOffset Until, Guid? Person = null, Guid? NotOf = null);

/// <summary>Who looked at these patients, or changed what is known of them: the newest first, as much as one page shows.</summary>
public sealed class PatientLooks(PortalSession session)
{
    /// <summary>What the linker has not listed yet is a second old; the page says when it was made.</summary>
    /// <remarks>
    /// Each patient's own newest, found by the key, and of those the newest: what is read grows with the patients asked for and the size of the page,
    /// never with the log.
    /// </remarks>
    internal static string Sql(LookQuery query) => $"""
        WITH looked AS (
          SELECT found.at, found.entry_id, found.patient_id FROM unnest($2::uuid[]) wanted(patient)
          CROSS JOIN LATERAL (
            SELECT l.at, l.entry_id, l.patient_id FROM app.audit_patient l{(query is { Person: null, NotOf: null } ? "" : " JOIN app.audit_entry e ON e.tenant_id = $1 AND e.at = l.at AND e.id = l.entry_id")}
            WHERE l.tenant_id = $1 AND l.patient_id = wanted.patient AND l.at >= $3 AND (l.at, l.entry_id) < ($4, $5){(query.Person is null ? "" : " AND e.actor_id = $7")}{(query.NotOf is null ? "" : " AND e.organisation_id IS DISTINCT FROM $8")}
            ORDER BY l.at DESC, l.entry_id DESC LIMIT $6) found),
        page AS (
          SELECT at AS page_at, entry_id, array_agg(patient_id) AS patients FROM looked GROUP BY at, entry_id ORDER BY at DESC, entry_id DESC LIMIT $6)
        SELECT {AuditEntry.Columns}, patients FROM page JOIN app.audit_entry ON tenant_id = $1 AND at = page_at AND id = entry_id ORDER BY at DESC, id DESC
        """;

    internal async Task<IReadOnlyList<PatientLook>> ReadAsync(LookQuery query, ListCursor before, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql(query), await session.ConnectionAsync(cancellationToken));
        Bind(command, query, before, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var looks = new List<PatientLook>();
        while (await reader.ReadAsync(cancellationToken))
        {
            looks.Add(new PatientLook(AuditRow.Read(reader, session.Vault), reader.GetFieldValue<Guid[]>(reader.FieldCount - 1)));
        }
        return looks;
    }

    internal static void Bind(NpgsqlCommand command, LookQuery query, ListCursor before, int limit)
    {
        var end = before.At < query.Until ? before : new ListCursor(query.Until, Guid.Empty);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new NpgsqlParameter<Guid> { TypedValue = query.Tenant },
            new NpgsqlParameter<Guid[]> { TypedValue = [.. query.Patients] },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = query.From.ToUniversalTime() },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = end.At.ToUniversalTime() },
            new NpgsqlParameter<Guid> { TypedValue = end.Id },
            new NpgsqlParameter<int> { TypedValue = limit },
            new() { Value = (object?)query.Person ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = (object?)query.NotOf ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
        });
    }
}
