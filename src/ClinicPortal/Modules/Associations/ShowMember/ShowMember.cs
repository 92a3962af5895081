using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ShowMember;

public sealed record MemberModel(MemberClinic Clinic, MembershipState State, IReadOnlyList<MembershipChange> History, TimeZoneInfo Zone);

/// <summary>One clinic as the secretariat sees it: what is registered, how it stands, what happened.</summary>
public sealed class ShowMember(AssociationsDbContext db, MemberCheck association)
{
    /// <returns>Null when there is no such clinic.</returns>
    public async Task<MemberModel?> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        var clinic = await db.Clinics.AsNoTracking().Include(c => c.Physicians).Include(c => c.Changes).SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        return clinic is null ? null : new MemberModel(
            clinic, clinic.StateOn(association.Today), [.. clinic.Changes.OrderByDescending(c => c.At)], association.Association.Zone);
    }
}
