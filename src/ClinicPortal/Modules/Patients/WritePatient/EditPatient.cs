using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.WritePatient;

/// <summary>A clinic keeps what must be known of its patient up to date. Pages that show the chart tonight hear of it.</summary>
public sealed class EditPatient(PatientsDbContext db, PatientWriter writer, PatientCheck check, CurrentUser user, AuditTrail audit, PortalSession session, TimeProvider clock)
{
    /// <param name="seen">The row version that the form showed.</param>
    public async Task<Result<PatientId>> HandleAsync(Guid id, uint? seen, WrittenPatient written, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId!.Value;
        await writer.LockAsync(clinic, cancellationToken);
        if (await db.Patients.SingleOrDefaultAsync(p => p.Id == id && p.PrimaryClinicId == clinic, cancellationToken) is not { } patient)
        {
            return Error.NotFound("patient.not-found");
        }
        if (patient.Version != seen)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var details = await check.RunAsync(written, patient, cancellationToken);
        if (!details.Succeeded)
        {
            return Result<PatientId>.Refused(details.Errors);
        }
        var before = WrittenPatient.Of(patient);
        await writer.AmendAsync(patient, details.Value, cancellationToken);
        if (WrittenPatient.Of(patient).DifferentFrom(before) is { Count: > 0 } changed)
        {
            session.Insert(db, PatientVersion.Of(patient, before, changed, user, clock.GetUtcNow()));
            audit.Changed(patient.TenantId, "patient", id, fields: changed);
            session.Changed(LiveTopics.Patient(id));
        }
        return new PatientId(id);
    }
}
