using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Whose hours a person may see and set: a clinic those of its doctors, a night doctor the own ones.</summary>
public sealed class AvailabilityAccess(TelehealthContext db, CurrentUser user)
{
    public static string[] Writers { get; } = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor];

    public IQueryable<Practitioner> Visible()
    {
        var (me, organisation) = (user.Id, user.OrganisationId);
        return user.Role switch
        {
            Roles.ClinicDoctor or Roles.ClinicStaff => db.Practitioners.Where(p => p.ClinicId == organisation || (p.ClinicId == null && p.AccountId == me)),
            Roles.NightDoctor => db.Practitioners.Where(p => p.AccountId == me),
            _ => db.Practitioners.Where(p => false),
        };
    }

    public Task<Practitioner?> FindAsync(Guid id, CancellationToken cancellationToken) => Visible().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
}
