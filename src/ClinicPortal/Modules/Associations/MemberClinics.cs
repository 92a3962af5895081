using System.Linq.Expressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations;

internal sealed class MemberClinics(AssociationsDbContext db) : IMemberClinics
{
    private static readonly Expression<Func<MemberClinic, MemberClinicInfo>> Info = clinic => new MemberClinicInfo(
        clinic.TenantId, new ClinicId(clinic.Id), clinic.Name, clinic.Kana, new Institution(clinic.Name, clinic.InstitutionCode), clinic.Phone, clinic.Fax,
        clinic.Address, clinic.Physicians.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault() ?? "",
        new MembershipDates(clinic.SuspendedFrom, clinic.LeavesOn)) { Email = clinic.ContactEmail };

    public Task<MemberClinicInfo?> FindAsync(ClinicId id, CancellationToken cancellationToken) =>
        db.Clinics.Where(c => c.Id == id.Value).Select(Info).SingleOrDefaultAsync(cancellationToken);

    public async Task<IReadOnlyList<MemberClinicInfo>> OfAsync(IReadOnlyCollection<ClinicId> ids, CancellationToken cancellationToken)
    {
        Guid[] wanted = [.. ids.Select(id => id.Value)];
        return await db.Clinics.Where(c => wanted.Contains(c.Id)).Select(Info).ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<ClinicId, MembershipDates>> OutsideAsync(CancellationToken cancellationToken) =>
        await db.Clinics.Where(c => c.SuspendedFrom != null || c.LeavesOn != null)
            .ToDictionaryAsync(c => new ClinicId(c.Id), c => new MembershipDates(c.SuspendedFrom, c.LeavesOn), cancellationToken);

    public async Task<IReadOnlyList<MemberClinicInfo>> ListAsync(CancellationToken cancellationToken) =>
        await db.Clinics.OrderBy(c => c.Kana).Select(Info).ToListAsync(cancellationToken);
}
