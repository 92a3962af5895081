using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Checklist;

/// <summary>The clinic whose person acts, for what only its administrators do.</summary>
public sealed class OwnClinic(AssociationsDbContext db, CurrentUser user)
{
    public Guid Id => user.OrganisationId!.Value;

    public async Task<Result<MemberClinic>> ForAdministratorAsync(CancellationToken cancellationToken)
    {
        if (!user.IsAdministrator)
        {
            return Error.Forbidden("forbidden");
        }
        var id = Id;
        return await db.Clinics.SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is { } clinic ? clinic : Error.NotFound("clinic.not-found");
    }
}
