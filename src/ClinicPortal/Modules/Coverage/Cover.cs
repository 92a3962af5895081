using System.Linq.Expressions;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage;

internal sealed class Cover(CoverageDbContext db) : ICover
{
    private static readonly Expression<Func<CoverSubscription, CoverInfo>> Info = s =>
        new CoverInfo(s.TenantId, new ClinicId(s.ClinicId), s.Plan, s.StartsOn, s.EndsOn, s.PatientsCovered);

    public Task<CoverInfo?> ForClinicAsync(ClinicId id, DateOnly night, CancellationToken cancellationToken) =>
        On(night).Where(s => s.ClinicId == id.Value).Select(Info).SingleOrDefaultAsync(cancellationToken);

    public async Task<IReadOnlyList<CoverInfo>> ListAsync(DateOnly night, CancellationToken cancellationToken) =>
        await On(night).Select(Info).ToListAsync(cancellationToken);

    private IQueryable<CoverSubscription> On(DateOnly night) =>
        db.Subscriptions.Where(s => s.StartsOn <= night && (s.EndsOn == null || night <= s.EndsOn));
}
