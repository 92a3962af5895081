using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Associations.WriteMember;

/// <summary>The secretariat admits one clinic.</summary>
public sealed class AddMember(AssociationsDbContext db, MemberCheck check, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(WrittenClinic written, CancellationToken cancellationToken)
    {
        await check.LockAsync(cancellationToken);
        var details = await check.RunAsync(written, null, cancellationToken);
        if (!details.Succeeded)
        {
            return Result<Guid>.Refused(details.Errors);
        }
        var clinic = MemberClinic.Join(check.Association.Id, details.Value, check.Today, user, clock.GetUtcNow());
        db.Clinics.Add(clinic);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(clinic.TenantId, "member-clinic", clinic.Id);
        return clinic.Id;
    }
}
