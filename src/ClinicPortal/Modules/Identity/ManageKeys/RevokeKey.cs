using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.ManageKeys;

/// <summary>Ends a key of the caller's organisation: at once on this node, within seconds on the others.</summary>
internal sealed class RevokeKey(StaffUnderChange staff, ApiKeys keys, OrganisationLog log)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        var key = await held.Db.ApiKeys.SingleOrDefaultAsync(
            k => k.Id == id && k.OrganisationKind == held.Organisation.Kind && k.OrganisationId == held.Organisation.Id, cancellationToken);
        if (key is null)
        {
            return Error.NotFound("not-found");
        }
        if (key.RevokedAt is null)
        {
            key.Revoke(held.Now);
            log.Add(held.Db, held.Organisation, OrganisationEventKind.KeyRevoked, key.Id, key.DisplayName);
            await held.Db.SaveChangesAsync(cancellationToken);
            keys.Forget(key.Id);
        }
        return key.Id;
    }
}
