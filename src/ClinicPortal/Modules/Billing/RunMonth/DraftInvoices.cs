using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.RunMonth;

/// <param name="Attempt">Another one when drafts are made anew.</param>
internal sealed record DraftStart(Guid Run, Guid Attempt);

/// <summary>
/// Begins the drafting of a month: takes over its calls, and cuts the association into parts that are metered and drafted beside each other.
/// </summary>
internal sealed class DraftInvoices(
    BillingContext db, PortalSession session, MonthMetering metering, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    /// <summary>What was written before the last run began may have been committed after it had looked.</summary>
    private static readonly TimeSpan StillUnderWay = TimeSpan.FromHours(1);

    public static string Kind => "billing.draft-invoices";

    public static bool IsSlow => true;

    public static WorkItem Next(InvoiceRun run, Guid attempt, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(run.TenantId), new DraftStart(run.Id, attempt), $"{Kind}:{run.Id}:{attempt}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        foreach (var part in await BeginAsync(item.Read<DraftStart>(), cancellationToken))
        {
            session.Enqueue(part);
        }
    }

    /// <returns>The work of the parts.</returns>
    internal async Task<IReadOnlyList<WorkItem>> BeginAsync(DraftStart start, CancellationToken cancellationToken)
    {
        var run = await db.LockRunAsync(start.Run, cancellationToken);
        if (run is not { Status: InvoiceRunStatus.Drafting, PartsLeft: null })
        {
            return [];
        }
        var (now, months) = (clock.GetUtcNow(), await MonthsAsync(run, cancellationToken));
        foreach (var month in months)
        {
            await metering.RecordCallsAsync(run.TenantId, month, cancellationToken);
        }
        var parts = ClinicRange.Cut(await ClinicsAsync(run, months, cancellationToken), MonthHistories.Part);
        run.CutInto(parts.Count);
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(LiveTopics.Invoices(run.TenantId));
        return [.. parts.Select(part => DraftPart.Of(run, start.Attempt, months, part, now))];
    }

    /// <summary>
    /// The months of the period, whose lines nobody may have written yet; the month before, and every earlier one of which something became known since the last run
    /// began: what came late is made up.
    /// </summary>
    private async Task<IReadOnlyList<DateOnly>> MonthsAsync(InvoiceRun run, CancellationToken cancellationToken)
    {
        var (first, before) = (tenants.ById(run.TenantId)!.Settings.InvoicingRules().PeriodOf(run.Month).From, run.Month.AddMonths(-1));
        var last = await db.InvoiceRuns.Where(r => r.TenantId == run.TenantId && r.Month < run.Month).OrderByDescending(r => r.Month)
            .Select(r => (DateTimeOffset?)r.StartedAt).FirstOrDefaultAsync(cancellationToken);
        if (last is not { } began)
        {
            return first < run.Month ? [before, run.Month] : [run.Month];
        }
        var since = began - StillUnderWay;
        var late = await db.Usages.Where(u => u.TenantId == run.TenantId && u.RecordedAt >= since).Select(u => u.Month)
            .Union(from v in db.UsageVoids
                   where v.TenantId == run.TenantId && v.At >= since
                   join u in db.Usages on new { v.TenantId, Id = v.UsageId } equals new { u.TenantId, u.Id }
                   select u.Month)
            .Where(month => month < before).OrderBy(month => month).ToListAsync(cancellationToken);
        return [.. late, before, run.Month];
    }

    /// <summary>By whom the association is cut: those that have lines waiting, or something that becomes a line.</summary>
    private Task<List<Guid>> ClinicsAsync(InvoiceRun run, IReadOnlyList<DateOnly> months, CancellationToken cancellationToken) =>
        db.OpenLines.Where(l => l.TenantId == run.TenantId && l.Night <= run.ClosingOn).Select(l => l.ClinicId)
            .Union(db.Usages.Where(u => u.TenantId == run.TenantId && months.Contains(u.Month)).Select(u => u.ClinicId))
            .OrderBy(id => id).ToListAsync(cancellationToken);
}
