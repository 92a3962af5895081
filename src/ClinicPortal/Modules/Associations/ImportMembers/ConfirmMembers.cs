using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.Remind;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ImportMembers;

/// <summary>Admits all clinics of a list, or none: a list with a mistake is mended and uploaded again.</summary>
public sealed class ConfirmMembers(
    AssociationsDbContext db, MemberImportCheck check, MemberCheck association, CurrentUser user, AuditTrail audit,
    PortalSession session, TimeProvider clock)
{
    /// <param name="previewed">Fingerprint of the preview that was confirmed.</param>
    /// <returns>How many clinics were admitted.</returns>
    public async Task<Result<int>> HandleAsync(Guid id, string? previewed, CancellationToken cancellationToken)
    {
        await association.LockAsync(cancellationToken);
        if (await db.Imports.SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } import)
        {
            return Error.NotFound("members.import-not-found");
        }
        if (import.Content is null)
        {
            return Error.Conflict("members.already-imported");
        }
        var file = (await check.RunAsync(import.Content, cancellationToken)).Value;
        if (file.Fingerprint != previewed)
        {
            return Error.Conflict("members.preview-changed");
        }
        if (file.Bad > 0)
        {
            return new Error("members.rows-with-problems");
        }
        var now = clock.GetUtcNow();
        var clinics = file.Rows.Select(r => MemberClinic.Join(import.TenantId, r.Details!, association.Today, user, now)).ToList();
        import.Complete(clinics.Count, now);
        db.Clinics.AddRange(clinics);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(CheckOnboarding.Next(association.Association, now));
        audit.Changed(import.TenantId, "member-import", import.Id);
        foreach (var clinic in clinics)
        {
            audit.Changed(import.TenantId, "member-clinic", clinic.Id);
            if (clinic.ContactEmail is not null)
            {
                session.Enqueue(InviteAdministrator.Of(clinic.TenantId, clinic.Id, now));
            }
        }
        return clinics.Count;
    }
}
