using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage;

/// <summary>Every demo clinic is under cover since 1 April, when the year of associations begins: in spring, since the one before, so that months lie behind it.</summary>
internal sealed class CoverageDemo(DemoSeeding seeding, TimeProvider clock) : IDemoSeed
{
    private const int Summer = 8;

    public int Order => 40;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) => seeding.ForEachTenantAsync(folder, SeedAsync, cancellationToken);

    private async Task SeedAsync(IServiceProvider services, TenantDefinition tenant, TenantId id, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<CoverageDbContext>();
        if (await db.Subscriptions.AnyAsync(cancellationToken))
        {
            return;
        }
        var (today, _) = WallClock.Of(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(tenant.Settings.Zone));
        var startsOn = new DateOnly(today.Month < Summer ? today.Year - 1 : today.Year, 4, 1);
        var demo = DemoFolder.Read(tenant);
        var patients = demo.Patients.CountBy(p => p.PrimaryClinic).ToDictionary();
        var prices = tenant.Prices.KeptSince(startsOn);
        db.AddRange(demo.Clinics.Select(clinic => CoverSubscription.Begin(
            id.Value, StableId.Of(tenant.Settings.Identifier, clinic.Key), prices.PlanNamed(clinic.Plan)!, prices.EffectiveFrom, startsOn,
            patients.GetValueOrDefault(clinic.Key))));
        await db.SaveChangesAsync(cancellationToken);
    }
}
