using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.KeepArchive;

/// <summary>
/// Every week all of an association's documents are read and compared with their hashes, and its numbers are counted: what somebody altered in the database, or took
/// out of it, is noticed when it happens and not by an inspector years later. What is wrong fails the work, which operations see and cannot make go away.
/// </summary>
internal sealed class VerifyArchive(BillingContext db) : IWorkHandler
{
    public static string Kind => "billing.verify-archive";

    /// <summary>Reads everything there is.</summary>
    public static bool IsSlow => true;

    /// <summary>Of the week that runs; asked for again and again, and there once.</summary>
    public static WorkItem Of(TenantInfo tenant, DateTimeOffset now)
    {
        var (year, week) = (ISOWeek.GetYear(now.UtcDateTime), ISOWeek.GetWeekOfYear(now.UtcDateTime));
        return WorkItem.For(Kind, new TenantId(tenant.Id), week, string.Create(CultureInfo.InvariantCulture, $"{Kind}:{tenant.Id}:{year}-{week}"), now);
    }

    /// <exception cref="TamperedException">A document is not what was stored, or a number is missing.</exception>
    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        await foreach (var document in db.InvoiceDocuments.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            ArchiveCheck.Whole(document);
        }
        var years = await db.Invoices.Where(i => i.NumberYear != null).Select(i => i.NumberYear!.Value).Distinct().ToListAsync(cancellationToken);
        foreach (var year in years)
        {
            var invoices = await db.Invoices.AsNoTracking().Where(i => i.NumberYear == year).OrderBy(i => i.NumberInYear).ToListAsync(cancellationToken);
            if (ArchiveCheck.Gaps(invoices) is [var gap, ..])
            {
                var tenant = item.Tenant!.Value.Value;
                throw new TamperedException(string.Create(CultureInfo.InvariantCulture, $"billing.invoice.number {year}-{gap}"), tenant, tenant);
            }
        }
    }
}

/// <summary>Has every association's archive verified.</summary>
internal sealed class ArchiveWatch(
    ITenantResolver tenants, NpgsqlDataSource dataSource, DatabaseReadiness readiness, TimeProvider clock, ILogger<ArchiveWatch> logger)
    : AssociationWatch(TimeSpan.FromHours(6), tenants, dataSource, readiness, clock, logger)
{
    protected override WorkItem Of(TenantInfo tenant, DateTimeOffset now) => VerifyArchive.Of(tenant, now);
}
