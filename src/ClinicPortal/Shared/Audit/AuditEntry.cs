using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Npgsql;
using NpgsqlTypes;

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

    /// <summary>Printed, downloaded or sent away.</summary>
    Exported,
}

/// <summary>One line of the access log, as it is stored: who, in which role, when, which records, what, why, from where.</summary>
public sealed record AuditEntry
{
    public required TenantId Tenant { get; init; }

    public required Guid Id { get; init; }

    /// <summary>In whole microseconds, as the database keeps it.</summary>
    public required DateTimeOffset At { get; init; }

    public required Guid ActorId { get; init; }

    public required string ActorName { get; init; }

    public required string Role { get; init; }

    public Guid? OrganisationId { get; init; }

    /// <summary>As it was called then.</summary>
    public string? OrganisationName { get; init; }

    public Guid? SessionId { get; init; }

    public string? RequestId { get; init; }

    /// <summary>An <see cref="AuditAction"/>.</summary>
    public required string Action { get; init; }

    /// <summary>Such as <c>patient</c>, <c>case</c> or <c>report</c>.</summary>
    public required string RecordKind { get; init; }

    public required Guid[] RecordIds { get; init; }

    /// <summary>Whose data it was, where the records are not the patients themselves.</summary>
    public Guid[] PatientIds { get; init; } = [];

    /// <summary>Names of the fields that were changed.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>Which document, form or format.</summary>
    public string? Detail { get; init; }

    /// <summary>Why: a case's number, or the words of the person.</summary>
    public string? Reason { get; init; }

    /// <summary>Opened beyond the person's own patients, for tonight.</summary>
    public bool BreakGlass { get; init; }

    /// <summary>Network address.</summary>
    public string? Origin { get; init; }

    /// <summary>Browser and system, or the beginning of what a machine calls itself.</summary>
    public string? Agent { get; init; }

    /// <summary>The patients that the entry is about.</summary>
    public IEnumerable<Guid> Patients => (RecordKind == RecordKinds.Patient ? RecordIds.Concat(PatientIds) : PatientIds).Distinct();

    /// <summary>Its details do not open: somebody else wrote there.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>Fields, detail and reason, encrypted; null where there are none.</summary>
    internal const string SealedColumn = "app.audit_entry.sealed_details";

    /// <summary>Columns in the order of the parameters and of <see cref="AuditRow"/>.</summary>
    internal const string Columns =
        "tenant_id, id, at, actor_id, actor_name, role, organisation_id, organisation_name, session_id, request_id, action, record_kind, record_ids, patient_ids, "
        + "break_glass, origin, agent, sealed_details";

    // The linker finds the entry by the second row, whenever this transaction commits.
    private const string Insert = $"""
        WITH entry AS (
          INSERT INTO app.audit_entry ({Columns}, mac, key_id)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20))
        INSERT INTO app.audit_unlinked (tenant_id, at, entry_id) VALUES ($1, $3, $2)
        """;

    /// <summary>The ids of a refresh that this session has not been shown within twelve hours, by any node.</summary>
    internal NpgsqlBatchCommand FreshIdsCommand() => new("""
        SELECT ARRAY(
          SELECT unnest($4::uuid[])
          EXCEPT
          SELECT unnest(record_ids) FROM app.audit_entry
          WHERE tenant_id = $1 AND session_id = $2 AND record_kind = $3 AND at > $5 - interval '12 hours')
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = Tenant.Value },
            Nullable(SessionId, NpgsqlDbType.Uuid),
            new NpgsqlParameter<string> { TypedValue = RecordKind },
            new NpgsqlParameter<Guid[]> { TypedValue = RecordIds },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = At },
        },
    };

    internal NpgsqlBatchCommand InsertCommand(DerivedKey key, Vault vault) => new(Insert)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = Tenant.Value },
            new NpgsqlParameter<Guid> { TypedValue = Id },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = At },
            new NpgsqlParameter<Guid> { TypedValue = ActorId },
            new NpgsqlParameter<string> { TypedValue = ActorName },
            new NpgsqlParameter<string> { TypedValue = Role },
            Nullable(OrganisationId, NpgsqlDbType.Uuid),
            Nullable(OrganisationName, NpgsqlDbType.Text),
            Nullable(SessionId, NpgsqlDbType.Uuid),
            Nullable(RequestId, NpgsqlDbType.Text),
            new NpgsqlParameter<string> { TypedValue = Action },
            new NpgsqlParameter<string> { TypedValue = RecordKind },
            new NpgsqlParameter<Guid[]> { TypedValue = RecordIds },
            new NpgsqlParameter<Guid[]> { TypedValue = PatientIds },
            new NpgsqlParameter<bool> { TypedValue = BreakGlass },
            Nullable(Origin, NpgsqlDbType.Text),
            Nullable(Agent, NpgsqlDbType.Text),
            Nullable(SealedDetails(vault), NpgsqlDbType.Bytea),
            new NpgsqlParameter<byte[]> { TypedValue = AuditMac.OfEntry(key.Bytes, this) },
            new NpgsqlParameter<string> { TypedValue = key.MasterKeyId },
        },
    };

    private byte[]? SealedDetails(Vault vault)
    {
        if (this is { Fields: [], Detail: null, Reason: null })
        {
            return null;
        }
        Sealed<AuditDetails> details = new AuditDetails(Fields is [] ? null : Fields, Detail, Reason);
        details.Close(vault, SealedColumn, Tenant.Value, Id);
        return details.Box;
    }

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

/// <summary>What an entry says in words, as it is encrypted.</summary>
internal sealed record AuditDetails(string[]? Fields, string? Detail, string? Reason);

/// <summary>What a record is, in <see cref="AuditEntry.RecordKind"/>, where code asks for it.</summary>
public static class RecordKinds
{
    public const string Patient = "patient";
}
