using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.BreakGlass;

/// <param name="Confirmed">What will follow was read, and the record is to be opened all the same.</param>
public sealed record BreakGlassInput(Guid Patient, BreakGlassReason? Reason, string? Explanation, bool Confirmed);

/// <summary>The patient whose record is about to be opened: enough to be sure who it is, nothing clinical.</summary>
/// <param name="EndsAt">When this night ends, and with it what is opened now.</param>
public sealed record BreakGlassSubject(
    Guid TenantId, Guid Id, string Name, string Kana, DateOnly BirthDate, DateOnly Today, Guid ClinicId, string ClinicName, DateTimeOffset EndsAt, TimeZoneInfo Zone);

/// <summary>
/// 緊急閲覧: somebody on duty opens a record outside their relations, for this night only, for a reason that the patient's clinic is told
/// at once and the secretariat reviews afterwards.
/// </summary>
public sealed class BreakGlassHandler(
    PatientsDbContext db, PatientAudience audience, IRoster roster, CurrentUser user, AuditTrail audit, PortalSession session, ITenantResolver tenants,
    TimeProvider clock)
{
    private const int MaxLength = 500;
    private const int LeastLength = 5;

    /// <summary>The desk is on duty whenever it is signed in; doctors are while a shift of theirs lasts.</summary>
    public async Task<bool> IsOnDutyAsync(CancellationToken cancellationToken) => user.Is(Roles.DeskOperator)
        || (await roster.OnDutyAsync(clock.GetUtcNow(), cancellationToken)).Any(unit => unit.DoctorId.Value == user.Id);

    /// <returns>Null when there is no such patient in the scope, or the caller is not on duty.</returns>
    public async Task<BreakGlassSubject?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!await IsOnDutyAsync(cancellationToken)
            || await db.Patients.AsNoTracking().Where(p => p.Id == id)
                .Select(p => new { p.TenantId, Name = p.FamilyName + " " + p.GivenName, Kana = p.FamilyKana + " " + p.GivenKana, p.BirthDate, p.PrimaryClinicId, p.PrimaryClinicName })
                .SingleOrDefaultAsync(cancellationToken) is not { } patient)
        {
            return null;
        }
        var (tenant, now) = (tenants.ById(patient.TenantId)!, clock.GetUtcNow());
        var nights = TenantCalendars.Of(tenant).OutOfHours;
        audit.Listed("patient", [(patient.TenantId, id)]);
        return new BreakGlassSubject(
            patient.TenantId, id, patient.Name, patient.Kana, patient.BirthDate, WallClock.Of(now, tenant.Zone).Date, patient.PrimaryClinicId, patient.PrimaryClinicName,
            nights.Night(nights.NightOf(now, tenant.Zone), tenant.Zone).End.ToUniversalTime(), tenant.Zone);
    }

    public async Task<Result<PatientId>> HandleAsync(BreakGlassInput input, CancellationToken cancellationToken)
    {
        if (await FindAsync(input.Patient, cancellationToken) is not { } subject)
        {
            return Error.NotFound("patient.not-found");
        }
        if (await audience.Treated(db.Patients).AnyAsync(p => p.TenantId == subject.TenantId && p.Id == subject.Id, cancellationToken))
        {
            // Nothing to break: it is open already.
            return new PatientId(subject.Id);
        }
        if (Refuse(input) is { Count: > 0 } errors)
        {
            return Result<PatientId>.Refused(errors);
        }
        var entry = BreakGlassEntry.Break(
            subject.TenantId, subject.Id, subject.ClinicId, subject.ClinicName, user, input.Reason!.Value, input.Explanation!, clock.GetUtcNow(), subject.EndsAt);
        db.BrokenGlass.Add(entry);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(subject.TenantId, "break-glass", entry.Id, $"opened, {entry.Reason}", patient: subject.Id);
        session.Changed(LiveTopics.Inbox(subject.ClinicId));
        session.Enqueue(MailBreakGlass.Of(entry, entry.OpenedAt));
        return new PatientId(subject.Id);
    }

    private static List<Error> Refuse(BreakGlassInput input)
    {
        var errors = new List<Error>();
        if (input.Reason is null)
        {
            errors.Add(Error.OnField("reason", "required"));
        }
        if (input.Explanation is null)
        {
            errors.Add(Error.OnField("explanation", "required"));
        }
        else if (input.Explanation.Length > MaxLength)
        {
            errors.Add(Error.OnField("explanation", "too-long", MaxLength));
        }
        else if (input.Explanation.Length < LeastLength)
        {
            errors.Add(Error.OnField("explanation", "break-glass.too-short"));
        }
        if (errors.Count == 0 && !input.Confirmed)
        {
            errors.Add(Error.OnField(BreakGlassModel.Confirmation, "break-glass.confirm"));
        }
        return errors;
    }
}
