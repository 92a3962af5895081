using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.WriteMember;

/// <summary>Keeps what the association knows of a clinic up to date: the secretariat any, a clinic's administrators their own.</summary>
public sealed class EditMember(AssociationsDbContext db, MemberCheck check, CurrentUser user, AuditTrail audit, PortalSession session, TimeProvider clock)
{
    /// <param name="seen">The row version that the form showed.</param>
    public async Task<Result<Guid>> HandleAsync(Guid id, uint? seen, WrittenClinic written, CancellationToken cancellationToken)
    {
        if (!user.Is(Roles.Secretariat) && !(user.IsAdministrator && user.OrganisationId == id))
        {
            return Error.Forbidden("forbidden");
        }
        await check.LockAsync(cancellationToken);
        if (await db.Clinics.Include(c => c.Physicians).SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } clinic)
        {
            return Error.NotFound("clinic.not-found");
        }
        if (clinic.Version != seen)
        {
            return Error.Conflict("changed-meanwhile");
        }
        // By its code the association and the insurers know the clinic: it does not change that itself.
        var kept = user.Is(Roles.Secretariat) ? written : written.With(ClinicField.Code, clinic.InstitutionCode);
        var details = await check.RunAsync(kept, clinic, cancellationToken);
        if (!details.Succeeded)
        {
            return Result<Guid>.Refused(details.Errors);
        }
        var before = WrittenClinic.Of(clinic);
        clinic.Amend(details.Value);
        if (WrittenClinic.Of(clinic).DifferentFrom(before) is { Count: > 0 } changed)
        {
            await db.SaveChangesAsync(cancellationToken);
            audit.Changed(clinic.TenantId, "member-clinic", id, string.Join(", ", changed));
            if (changed.Contains(ClinicField.ContactEmail) && user.Is(Roles.Secretariat))
            {
                session.Enqueue(InviteAdministrator.Of(clinic.TenantId, id, clock.GetUtcNow()));
            }
        }
        return id;
    }
}
