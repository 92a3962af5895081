using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.WriteMember;

internal sealed record AdministratorToInvite(Guid Clinic);

/// <summary>Lets a new member's contact in as its first administrator.</summary>
internal sealed class InviteAdministrator(AssociationsDbContext db, IFirstAdministrators administrators, ITenantResolver tenants) : IWorkHandler
{
    /// <summary>Hundreds of clinics are imported at once: whoever confirms that does not wait for their invitations.</summary>
    private static readonly TimeSpan Meanwhile = TimeSpan.FromSeconds(1);

    public static string Kind => "associations.invite-administrator";

    public static WorkItem Of(Guid tenant, Guid clinic, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(tenant), new AdministratorToInvite(clinic), $"{Kind}:{clinic}:{now.UtcTicks}", now, now + Meanwhile);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<AdministratorToInvite>().Clinic;
        if (await db.Clinics.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is { ContactEmail: { } email } clinic)
        {
            await administrators.InviteAsync(
                new NewOrganisation(clinic.TenantId, OrganisationKind.MemberClinic, id, clinic.Name, tenants.ById(clinic.TenantId)!.Name.Ja),
                Roles.ClinicStaff, email, cancellationToken);
        }
    }
}
