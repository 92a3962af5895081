using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth.WriteCarePlan;

/// <param name="Versions">The last one first.</param>
/// <param name="InForce">Today.</param>
/// <param name="MayWrite">The reader is a doctor of the primary clinic.</param>
public sealed record CarePlans(
    PatientSnapshot Patient, TenantInfo Tenant, OnlineConsultationSettings Settings, IReadOnlyList<CarePlan> Versions, CarePlan? InForce, bool MayWrite, DateOnly Today, FormState Form)
{
    public int Last => Versions.Count > 0 ? Versions[0].Number : 0;
}

/// <param name="Shown">Number of the last version that the form showed.</param>
public sealed record WrittenPlan(CarePlanContent Content, DateOnly? AgreedOn, DateOnly? ValidFrom, DateOnly? ValidUntil, int Shown);

/// <summary>オンライン診療計画: written by the primary physician, read by both physicians' clinics.</summary>
public sealed class WriteCarePlan(
    TelehealthContext db, IPatients patients, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <returns>Null when the patient is not this clinic's, or the association offers no online consultations.</returns>
    public async Task<CarePlans?> ShowAsync(Guid patientId, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(patientId, cancellationToken) is not var (patient, tenant, settings))
        {
            return null;
        }
        var versions = await VersionsAsync(patient, cancellationToken);
        var today = Today(tenant);
        audit.Opened(patient.TenantId, "care-plan", patientId, patient: patientId);
        return new CarePlans(patient, tenant, settings, versions, CarePlan.InForce(versions, today), MayWrite(patient), today, form);
    }

    public async Task<Result<Guid>> HandleAsync(Guid patientId, WrittenPlan written, CancellationToken cancellationToken)
    {
        if (await FindAsync(patientId, cancellationToken) is not var (patient, tenant, _))
        {
            return Error.NotFound("care-plan.no-patient");
        }
        if (!MayWrite(patient))
        {
            return Error.Forbidden("forbidden");
        }
        var missing = new[] { ("agreedOn", written.AgreedOn), ("validFrom", written.ValidFrom), ("validUntil", written.ValidUntil) }
            .Where(day => day.Item2 is null).Select(day => Error.OnField(day.Item1, "care-plan.not-a-day")).ToList();
        if (missing.Count > 0)
        {
            return Result<Guid>.Refused(missing);
        }
        var last = (await VersionsAsync(patient, cancellationToken)).Select(p => p.Number).DefaultIfEmpty(0).Max();
        if (written.Shown != last)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var plan = CarePlan.Write(
            patient.TenantId, patientId, last + 1, written.Content, written.AgreedOn!.Value, written.ValidFrom!.Value, written.ValidUntil!.Value, user, Today(tenant),
            clock.GetUtcNow());
        if (!plan.Succeeded)
        {
            return Result<Guid>.Refused(plan.Errors);
        }
        db.CarePlans.Add(plan.Value);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Error.Conflict("changed-meanwhile");
        }
        audit.Changed(patient.TenantId, "care-plan", plan.Value.Id, $"version {plan.Value.Number}", patient: patientId);
        return plan.Value.Id;
    }

    private bool MayWrite(PatientSnapshot patient) => user.Is(Roles.ClinicDoctor) && patient.PrimaryClinicId.Value == user.OrganisationId;

    private DateOnly Today(TenantInfo tenant) => WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;

    private async Task<IReadOnlyList<CarePlan>> VersionsAsync(PatientSnapshot patient, CancellationToken cancellationToken) => await db.CarePlans.AsNoTracking()
        .Where(p => p.TenantId == patient.TenantId && p.PatientId == patient.Id.Value).OrderByDescending(p => p.Number).ToListAsync(cancellationToken);

    private async Task<(PatientSnapshot, TenantInfo, OnlineConsultationSettings)?> FindAsync(Guid patientId, CancellationToken cancellationToken) =>
        await patients.FindAsync(new PatientId(patientId), cancellationToken) is { } patient
        && (patient.PrimaryClinicId.Value == user.OrganisationId || patient.SecondaryClinicId?.Value == user.OrganisationId)
        && tenants.ById(patient.TenantId) is { Settings.OnlineConsultation: { } settings } tenant
            ? (patient, tenant, settings) : null;
}
