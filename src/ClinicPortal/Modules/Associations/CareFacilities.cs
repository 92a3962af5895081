using System.Linq.Expressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations;

internal sealed class CareFacilities(AssociationsDbContext db) : ICareFacilities
{
    private static readonly Expression<Func<CareFacility, CareFacilityInfo>> Info = facility => new CareFacilityInfo(
        facility.TenantId, new FacilityId(facility.Id), facility.Name, facility.Kind, facility.Phone, facility.Address, facility.TownBlock);

    public Task<CareFacilityInfo?> FindAsync(FacilityId id, CancellationToken cancellationToken) =>
        db.Facilities.Where(f => f.Id == id.Value).Select(Info).SingleOrDefaultAsync(cancellationToken);

    public async Task<IReadOnlyList<CareFacilityInfo>> ListAsync(CancellationToken cancellationToken) =>
        await db.Facilities.OrderBy(f => f.Kana).Select(Info).ToListAsync(cancellationToken);
}
