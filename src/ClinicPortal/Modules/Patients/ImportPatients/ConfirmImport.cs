using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <summary>Registers the rows without problems, exactly those that the preview showed.</summary>
public sealed class ConfirmImport(PatientsDbContext db, PatientWriter writer, ImportCheck check, PatientContexts contexts, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    /// <param name="previewed">Fingerprint of the preview that was confirmed.</param>
    /// <returns>How many patients were registered.</returns>
    public async Task<Result<int>> HandleAsync(Guid id, string? previewed, CancellationToken cancellationToken)
    {
        var clinicId = user.OrganisationId!.Value;
        if (!(await contexts.OwnAsync(cancellationToken)).MayWrite)
        {
            return new Error("patient.clinic-not-active", ErrorKind.Forbidden);
        }
        await writer.LockAsync(clinicId, cancellationToken);
        var import = await db.Imports.SingleOrDefaultAsync(i => i.Id == id && i.ClinicId == clinicId, cancellationToken);
        if (import is null)
        {
            return Error.NotFound("import.not-found");
        }
        if (import.Content is null)
        {
            return Error.Conflict("import.already-done");
        }
        var file = (await check.RunAsync(import.Content, cancellationToken)).Value;
        if (file.Fingerprint != previewed)
        {
            return Error.Conflict("import.preview-changed");
        }
        var now = clock.GetUtcNow();
        var patients = file.Good.Select(r => Patient.Register(import.TenantId, Guid.CreateVersion7(now), r.Details!, now)).ToList();
        if (patients.Count == 0)
        {
            return new Error("import.nothing-to-import");
        }
        import.Complete(patients.Count, now);
        await writer.AddAsync(patients, cancellationToken);
        audit.Changed(import.TenantId, "patient-import", import.Id, fields: ["imported"]);
        audit.Imported("patient", patients.Select(patient => (patient.TenantId, patient.Id)), import.FileName);
        return patients.Count;
    }
}
