using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.Remind;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Associations.WriteMember;

/// <summary>The secretariat admits one clinic.</summary>
public sealed class AddMember(AssociationsDbContext db, MemberCheck check, CurrentUser user, AuditTrail audit, PortalSession session, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(WrittenClinic written, CancellationToken cancellationToken)
    {
        await check.LockAsync(cancellationToken);
        var details = await check.RunAsync(written, null, cancellationToken);
        if (!details.Succeeded)
        {
            return Result<Guid>.Refused(details.Errors);
        }
        var now = clock.GetUtcNow();
        var clinic = MemberClinic.Join(check.Association.Id, details.Value, check.Today, user, now);
        db.Clinics.Add(clinic);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(InviteAdministrator.Of(clinic.TenantId, clinic.Id, now));
        session.Enqueue(CheckOnboarding.Next(check.Association, now));
        audit.Changed(clinic.TenantId, "member-clinic", clinic.Id);
        return clinic.Id;
    }
}
