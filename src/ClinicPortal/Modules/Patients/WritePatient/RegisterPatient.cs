using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Patients.WritePatient;

/// <summary>A clinic registers a patient of its own.</summary>
public sealed class RegisterPatient(PatientWriter writer, PatientCheck check, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<PatientId>> HandleAsync(WrittenPatient written, CancellationToken cancellationToken)
    {
        await writer.LockAsync(user.OrganisationId!.Value, cancellationToken);
        var details = await check.RunAsync(written, null, cancellationToken);
        if (!details.Succeeded)
        {
            return Result<PatientId>.Refused(details.Errors);
        }
        var now = clock.GetUtcNow();
        var patient = Patient.Register(user.TenantId!.Value, Guid.CreateVersion7(now), details.Value, now);
        await writer.AddAsync([patient], cancellationToken);
        audit.Changed(patient.TenantId, "patient", patient.Id, fields: written.Groups);
        return new PatientId(patient.Id);
    }
}
