using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <summary>Takes an uploaded file and keeps it for the preview. No patient is registered by this.</summary>
public sealed class StageImport(PatientsDbContext db, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        var text = await CsvFile.DecodeAsync(file, PatientFile.MaxBytes, cancellationToken);
        if (!text.Succeeded)
        {
            return Result<Guid>.Refused(text.Errors);
        }
        if (PatientFile.Read(text.Value) is { Succeeded: false, Errors: var errors })
        {
            return Result<Guid>.Refused(errors);
        }
        var (tenantId, clinicId, now) = (user.TenantId!.Value, user.OrganisationId!.Value, clock.GetUtcNow());
        var abandoned = now - PatientImport.KeptFor;
        await db.Imports.Where(i => i.ClinicId == clinicId && i.ImportedAt == null && i.UploadedAt < abandoned).ExecuteDeleteAsync(cancellationToken);
        var import = PatientImport.Stage(tenantId, clinicId, StorableText.Of(Path.GetFileName(file!.FileName)), text.Value, now);
        db.Imports.Add(import);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenantId, "patient-import", import.Id);
        return import.Id;
    }
}
