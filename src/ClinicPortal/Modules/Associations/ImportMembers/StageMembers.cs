using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ImportMembers;

/// <summary>Takes an uploaded list and keeps it for the preview. No clinic is registered by this.</summary>
public sealed class StageMembers(AssociationsDbContext db, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        var text = await CsvFile.DecodeAsync(file, MemberColumns.MaxBytes, cancellationToken);
        if (!text.Succeeded)
        {
            return Result<Guid>.Refused(text.Errors);
        }
        if (MemberColumns.Read(text.Value) is { Succeeded: false, Errors: var errors })
        {
            return Result<Guid>.Refused(errors);
        }
        var (tenantId, now) = (user.TenantId!.Value, clock.GetUtcNow());
        var abandoned = now - MemberImport.KeptFor;
        await db.Imports.Where(i => i.ImportedAt == null && i.UploadedAt < abandoned).ExecuteDeleteAsync(cancellationToken);
        var import = MemberImport.Stage(tenantId, StorableText.Of(Path.GetFileName(file!.FileName)), text.Value, now);
        db.Imports.Add(import);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenantId, "member-import", import.Id);
        return import.Id;
    }
}
