using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Shared.Audit;

/// <summary>A record that was shown or changed, and whose it is where it is not the patient itself.</summary>
internal readonly record struct AuditedRecord(Guid TenantId, Guid Id, Guid? PatientId);

/// <summary>Writes the access log. Entries commit with the request's transaction, before its answer is sent.</summary>
/// <remarks>Whoever is asked "who looked at this patient" finds an entry by its patient: it is named wherever the record is another.</remarks>
public sealed class AuditTrail(PortalSession session, CurrentUser user, ShownRecords shown, IHttpContextAccessor http, TimeProvider clock)
{
    /// <param name="reason">Why, where it does not go without saying: the case for whose sake a chart is opened.</param>
    /// <param name="detail">Which document or form of it.</param>
    /// <param name="patient">Whose record it is; left out where it is the patient.</param>
    public void Opened(Guid tenantId, string recordKind, Guid recordId, string? reason = null, string? detail = null, Guid? patient = null) =>
        Add(AuditAction.Opened, recordKind, [new(tenantId, recordId, patient)], entry => entry with { Reason = reason, Detail = detail });

    /// <summary>Opened although it is not the person's own patient, for tonight, for a reason that is read afterwards.</summary>
    public void BrokeGlass(Guid tenantId, string recordKind, Guid recordId, string reason, Guid? patient = null) =>
        Add(AuditAction.Opened, recordKind, [new(tenantId, recordId, patient)], entry => entry with { Reason = reason, BreakGlass = true });

    /// <param name="reason">The step that was taken, where no field was written.</param>
    /// <param name="fields">Names of the fields that were written; by default what this session has saved of the record.</param>
    /// <param name="patient">As for <see cref="Opened"/>.</param>
    public void Changed(
        Guid tenantId, string recordKind, Guid recordId, string? reason = null, IEnumerable<string>? fields = null, Guid? patient = null) =>
        Add(AuditAction.Changed, recordKind, [new(tenantId, recordId, patient)], entry => entry with { Reason = reason, Fields = [.. (fields ?? session.WrittenOf(recordId)).Distinct()] });

    /// <summary>Registered from a file: one entry per tenant with all ids.</summary>
    public void Imported(string recordKind, IEnumerable<(Guid TenantId, Guid RecordId)> records, string file) => Add(
        AuditAction.Changed, recordKind, records.Select(record => new AuditedRecord(record.TenantId, record.RecordId, null)),
        entry => entry with { Detail = file });

    /// <summary>One entry per tenant on the list.</summary>
    /// <param name="refresh">The list re-read itself and nobody asked for it again.</param>
    public void Listed(string recordKind, IEnumerable<(Guid TenantId, Guid RecordId)> records, bool refresh = false) =>
        Listed(recordKind, records.Select(record => (record.TenantId, record.RecordId, (Guid?)null)), refresh);

    /// <inheritdoc cref="Listed(string, IEnumerable{ValueTuple{Guid, Guid}}, bool)"/>
    public void Listed(string recordKind, IEnumerable<(Guid TenantId, Guid RecordId, Guid? PatientId)> records, bool refresh = false) => Add(
        refresh ? AuditAction.Refreshed : AuditAction.Listed, recordKind,
        refresh ? shown.New(user.SessionId, recordKind, Audited(records)) : Audited(records), entry => entry);

    /// <summary>Printed, downloaded or sent away: one entry per tenant with all ids.</summary>
    /// <param name="detail">Which document or format.</param>
    public void Exported(string recordKind, IEnumerable<(Guid TenantId, Guid RecordId)> records, string? detail = null, string? reason = null) =>
        Exported(recordKind, records.Select(record => (record.TenantId, record.RecordId, (Guid?)null)), detail, reason);

    /// <inheritdoc cref="Exported(string, IEnumerable{ValueTuple{Guid, Guid}}, string?, string?)"/>
    public void Exported(
        string recordKind, IEnumerable<(Guid TenantId, Guid RecordId, Guid? PatientId)> records, string? detail = null, string? reason = null) =>
        Add(AuditAction.Exported, recordKind, Audited(records), entry => entry with { Detail = detail, Reason = reason });

    private static IEnumerable<AuditedRecord> Audited(IEnumerable<(Guid TenantId, Guid RecordId, Guid? PatientId)> records) =>
        records.Select(record => new AuditedRecord(record.TenantId, record.RecordId, record.PatientId));

    private void Add(AuditAction action, string recordKind, IEnumerable<AuditedRecord> records, Func<AuditEntry, AuditEntry> complete)
    {
        var (context, now) = (http.HttpContext, clock.GetUtcNow());
        // The database keeps microseconds, and what is signed must be what is kept.
        var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        foreach (var tenant in records.GroupBy(record => record.TenantId))
        {
            session.Record(complete(new AuditEntry
            {
                Tenant = new(tenant.Key),
                Id = Guid.CreateVersion7(at),
                At = at,
                ActorId = user.Id,
                ActorName = user.Name,
                Role = user.Role,
                OrganisationId = user.OrganisationId,
                OrganisationName = user.OrganisationName,
                SessionId = user.SessionId,
                RequestId = context?.TraceIdentifier,
                Action = action.ToString(),
                RecordKind = recordKind,
                RecordIds = [.. tenant.Select(record => record.Id).Distinct()],
                PatientIds = [.. tenant.Select(record => record.PatientId).OfType<Guid>().Distinct()],
                Origin = context?.Connection.RemoteIpAddress?.ToString(),
                Agent = UserAgent.Short(context?.Request.Headers.UserAgent),
            }));
        }
    }
}
