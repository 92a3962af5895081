using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Coverage.Watch;

/// <summary>月末の患者数: at the end of each month, once; the base and the plan's limit go by it.</summary>
internal sealed class CountPatients(CoverageDbContext db, IPatients patients, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "coverage.count-patients";

    /// <summary>Of the month that runs; asked for again and again, and there once.</summary>
    public static WorkItem Of(TenantInfo tenant, DateTimeOffset now)
    {
        var today = WallClock.Of(now, tenant.Zone).Date;
        var last = new DateOnly(today.Year, today.Month, 1).AddMonths(1).AddDays(-1);
        return WorkItem.For(Kind, new TenantId(tenant.Id), last, $"{Kind}:{tenant.Id}:{last:yyyy-MM-dd}", now, WallClock.EndOf(last, tenant.Zone));
    }

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (last, tenant) = (item.Read<DateOnly>(), tenants.ById(item.Tenant!.Value.Value)!);
        var counts = await patients.CountByClinicAsync(WallClock.EndOf(last, tenant.Zone), cancellationToken);
        var counted = await db.PatientCounts.Where(c => c.OnDay == last).Select(c => c.ClinicId).ToHashSetAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var held = await db.Subscriptions.Where(s => s.EndsOn == null || s.EndsOn >= last).ToListAsync(cancellationToken);
        foreach (var version in held)
        {
            var number = counts.GetValueOrDefault(new(version.ClinicId));
            version.Counted(number);
            if (counted.Add(version.ClinicId))
            {
                db.Add(PatientCount.Of(tenant.Id, version.ClinicId, last, number, now));
            }
        }
        await db.SaveChangesAsync(cancellationToken);
    }
}

/// <summary>Has the patients of every association counted at the end of the month.</summary>
internal sealed class CoverWatch(
    ITenantResolver tenants, NpgsqlDataSource dataSource, DatabaseReadiness readiness, TimeProvider clock, ILogger<CoverWatch> logger)
    : AssociationWatch(TimeSpan.FromHours(1), tenants, dataSource, readiness, clock, logger)
{
    protected override WorkItem Of(TenantInfo tenant, DateTimeOffset now) => CountPatients.Of(tenant, now);
}
