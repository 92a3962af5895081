using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage;

/// <summary>Which plan clinics have chosen, and from when.</summary>
internal sealed class CoverOnboarding(CoverageDbContext db, ITenantResolver tenants, TimeProvider clock) : IOnboardingFacts
{
    public OnboardingStep Step => OnboardingStep.Cover;

    public async Task<IReadOnlyDictionary<ClinicId, OnboardingFact>> ReadAsync(ClinicId? clinic, CancellationToken cancellationToken)
    {
        var id = clinic?.Value;
        var now = clock.GetUtcNow();
        var subscriptions = await db.Subscriptions.AsNoTracking().Where(s => id == null || s.ClinicId == id).ToListAsync(cancellationToken);
        return subscriptions
            .Where(s => s.EndsOn is not { } last || last >= WallClock.Of(now, tenants.ById(s.TenantId)!.Zone).Date)
            .GroupBy(s => s.ClinicId, s => s)
            .ToDictionary(s => new ClinicId(s.Key), s => Fact(s.MinBy(one => one.StartsOn)!));
    }

    private OnboardingFact Fact(Domain.CoverSubscription s) =>
        new(1, tenants.ById(s.TenantId)!.Document.Prices.KeptSince(s.PriceFrom).PlanNamed(s.Plan)?.Name.ToString() ?? s.Plan, s.StartsOn);
}
