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

    // Asked for every call that comes in: translated once, not looked up by its expression each time.
    private static readonly Func<CoverageDbContext, Guid, DateOnly, CancellationToken, Task<CoverInfo?>> OfClinic = EF.CompileAsyncQuery(
        (CoverageDbContext db, Guid clinic, DateOnly night, CancellationToken _) =>
            db.Subscriptions.Where(s => s.ClinicId == clinic && s.StartsOn <= night && (s.EndsOn == null || night <= s.EndsOn) && (s.PausedFrom == null || night < s.PausedFrom)).Select(Info).SingleOrDefault());

    public Task<CoverInfo?> ForClinicAsync(ClinicId id, DateOnly night, CancellationToken cancellationToken) => OfClinic(db, id.Value, night, cancellationToken);

    public async Task<IReadOnlyList<CoverInfo>> ListAsync(DateOnly night, CancellationToken cancellationToken) =>
        await On(night).Select(Info).ToListAsync(cancellationToken);

    private IQueryable<CoverSubscription> On(DateOnly night) =>
        db.Subscriptions.Where(s => s.StartsOn <= night && (s.EndsOn == null || night <= s.EndsOn) && (s.PausedFrom == null || night < s.PausedFrom));
}
