using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.ChoosePlace;

/// <summary>Where a membership is lived: an association's host or a desk's.</summary>
public sealed record Place(PortalHost Host, Membership Membership);

/// <summary>Where an account may work now.</summary>
internal sealed class Places(IdentityDb db, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>Those that this sign-in opens: one by an association's provider opens that association's only.</summary>
    public async Task<IReadOnlyList<Place>> OfAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var memberships = await db.Memberships.AsNoTracking()
            .Where(m => m.AccountId == signedIn.AccountId && (signedIn.OnlyTenantId == null || m.TenantId == signedIn.OnlyTenantId)).ToListAsync(cancellationToken);
        return
        [
            .. from membership in memberships
               where membership.IsActiveAt(now)
               let host = HostOf(membership)
               where host is not null
               orderby host.Identifier, membership.Role
               select new Place(host, membership),
        ];
    }

    private PortalHost? HostOf(Membership membership) => membership.TenantId is { } tenantId
        ? tenants.ById(tenantId) is { } tenant ? new PortalHost(tenant, null) : null
        : tenants.DeskById(membership.OrganisationId) is { } desk ? new PortalHost(null, desk) : null;
}
