using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ListMembers;

/// <param name="Physicians">The director first.</param>
public sealed record MemberRow(
    string Name, string Kana, string InstitutionCode, HomeCareSupport HomeCareSupport, string Phone, string? Fax, string Address,
    IReadOnlyList<PostedHours> PostedHours, IReadOnlyList<string> Physicians);

/// <summary>会員医療機関 for the association's secretariat.</summary>
public sealed class ListMembers(AssociationsDbContext db)
{
    public async Task<IReadOnlyList<MemberRow>> HandleAsync(CancellationToken cancellationToken) =>
        await db.Clinics.AsNoTracking().OrderBy(c => c.Kana)
            .Select(c => new MemberRow(
                c.Name, c.Kana, c.InstitutionCode, c.HomeCareSupport, c.Phone, c.Fax, c.Address, c.PostedHours,
                c.Physicians.OrderBy(p => p.Position).Select(p => p.Name).ToList()))
            .ToListAsync(cancellationToken);
}
