using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Npgsql;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>Every morning the lines of the night that is over, so that clinics see them and the end of the month has little left to write.</summary>
internal sealed class MeterNight(MonthMetering metering) : IWorkHandler
{
    private static readonly TimeSpan AfterTheNight = TimeSpan.FromMinutes(30);

    public static string Kind => "billing.meter-night";

    /// <summary>Takes long where there are many clinics: alarms must not wait behind it.</summary>
    public static bool IsSlow => true;

    /// <summary>Of the night that runs; asked for again and again, and there once.</summary>
    public static WorkItem Of(TenantInfo tenant, DateTimeOffset now)
    {
        var calendar = TenantCalendars.Of(tenant).OutOfHours;
        var night = calendar.NightOf(now, tenant.Zone);
        return WorkItem.For(
            Kind, new TenantId(tenant.Id), night, $"{Kind}:{tenant.Id}:{night:yyyy-MM-dd}", now, (calendar.Night(night, tenant.Zone).End + AfterTheNight).ToUniversalTime());
    }

    /// <summary>Now, because something that happened on that night does not count any more.</summary>
    public static WorkItem Again(Usage voided, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(voided.TenantId), voided.Night, $"{Kind}:{voided.TenantId}:{voided.Id}", now);

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken) =>
        metering.MeterAsync(item.Tenant!.Value.Value, item.Read<DateOnly>(), cancellationToken);
}

/// <summary>Has every association's nights metered.</summary>
internal sealed class MeteringWatch(
    ITenantResolver tenants, NpgsqlDataSource dataSource, DatabaseReadiness readiness, TimeProvider clock, ILogger<MeteringWatch> logger)
    : AssociationWatch(TimeSpan.FromHours(1), tenants, dataSource, readiness, clock, logger)
{
    protected override WorkItem Of(TenantInfo tenant, DateTimeOffset now) => MeterNight.Of(tenant, now);
}
