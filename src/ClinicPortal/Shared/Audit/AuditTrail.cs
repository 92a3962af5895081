using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

public enum AuditAction
{
    /// <summary>A chart, report or document was opened.</summary>
    Opened,

    /// <summary>A list was shown: one entry with the ids on it.</summary>
    Listed,

    /// <summary>A live list re-read itself: only ids that this session has not been shown tonight.</summary>
    Refreshed,

    Changed,
    Exported,
}

/// <summary>One line of the access log: who, in which role, when, which records, what, why, from where.</summary>
public sealed record AuditEntry(
    TenantId Tenant, DateTimeOffset At, CurrentUser Who, AuditAction Action, string RecordKind, Guid[] RecordIds, string? Reason, string? Origin)
{
    private const string Insert = """
        INSERT INTO app.audit_entry (tenant_id, id, at, actor_id, actor_name, role, organisation_id, session_id, action, record_kind, record_ids, reason, origin)
        """;

    private const string InsertAll = $"{Insert} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

    // A refresh logs the ids that are new to this session within twelve hours, and nothing when there are none. A statement of its
    // own: looking through the partitions is prepared for each execution, also where it is not needed.
    private const string InsertFresh = $"""
        {Insert}
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, fresh.ids, $12, $13
        FROM (SELECT ARRAY(
            SELECT unnest($11::uuid[])
            EXCEPT
            SELECT unnest(record_ids) FROM app.audit_entry
            WHERE tenant_id = $1 AND session_id = $8 AND record_kind = $10 AND at > $3 - interval '12 hours') AS ids) AS fresh
        WHERE cardinality(fresh.ids) > 0
        """;

    internal NpgsqlBatchCommand InsertCommand() => new(Action == AuditAction.Refreshed ? InsertFresh : InsertAll)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = Tenant.Value },
            new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(At) },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = At },
            new NpgsqlParameter<Guid> { TypedValue = Who.Id },
            new NpgsqlParameter<string> { TypedValue = Who.Name },
            new NpgsqlParameter<string> { TypedValue = Who.Role },
            new() { Value = (object?)Who.OrganisationId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
            new() { Value = (object?)Who.SessionId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
            new NpgsqlParameter<string> { TypedValue = Action.ToString() },
            new NpgsqlParameter<string> { TypedValue = RecordKind },
            new NpgsqlParameter<Guid[]> { TypedValue = RecordIds },
            new() { Value = (object?)Reason ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            new() { Value = (object?)Origin ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
        },
    };
}

/// <summary>Writes the access log. Entries commit with the request's transaction, before its answer is sent.</summary>
public sealed class AuditTrail(PortalSession session, CurrentUser user, ShownRecords shown, IHttpContextAccessor http, TimeProvider clock)
{
    public void Opened(Guid tenantId, string recordKind, Guid recordId, string? reason = null) =>
        Record(AuditAction.Opened, tenantId, recordKind, [recordId], reason);

    public void Changed(Guid tenantId, string recordKind, Guid recordId, string? reason = null) =>
        Record(AuditAction.Changed, tenantId, recordKind, [recordId], reason);

    /// <summary>One entry per tenant on the list.</summary>
    /// <param name="refresh">The list re-read itself and nobody asked for it again.</param>
    public void Listed(string recordKind, IEnumerable<(Guid TenantId, Guid RecordId)> records, bool refresh = false)
    {
        foreach (var tenant in records.GroupBy(r => r.TenantId, r => r.RecordId))
        {
            if (!refresh)
            {
                Record(AuditAction.Listed, tenant.Key, recordKind, [.. tenant.Distinct()], null);
            }
            else if (shown.New(user.SessionId, recordKind, tenant.Distinct()).ToArray() is { Length: > 0 } fresh)
            {
                Record(AuditAction.Refreshed, tenant.Key, recordKind, fresh, null);
            }
        }
    }

    /// <summary>Printed, downloaded or sent away: one entry per tenant with all ids.</summary>
    public void Exported(string recordKind, IEnumerable<(Guid TenantId, Guid RecordId)> records)
    {
        foreach (var tenant in records.GroupBy(r => r.TenantId, r => r.RecordId))
        {
            Record(AuditAction.Exported, tenant.Key, recordKind, [.. tenant.Distinct()], null);
        }
    }

    private void Record(AuditAction action, Guid tenantId, string recordKind, Guid[] recordIds, string? reason) =>
        session.Record(new AuditEntry(
            new TenantId(tenantId), clock.GetUtcNow(), user, action, recordKind, recordIds, reason,
            http.HttpContext?.Connection.RemoteIpAddress?.ToString()));
}
