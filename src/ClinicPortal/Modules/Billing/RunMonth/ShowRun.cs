using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.RunMonth;

/// <param name="Waiting">Clinics of which no draft is made yet.</param>
/// <param name="LeftOut">How many drafts are not to be issued.</param>
/// <param name="TotalYen">Of all that is to be issued or was, including tax.</param>
public sealed record RunModel(
    InvoiceRun Run, TenantInfo Tenant, IReadOnlyList<Invoice> Invoices, int Count, int LeftOut, long TotalYen, int Waiting, int Stored, int Page, int Pages, FormState Form)
{
    public bool IsWorking => Run.Status is InvoiceRunStatus.Drafting or InvoiceRunStatus.Issuing;

    /// <summary>Of the work that runs, how much is done and how much there is.</summary>
    public (int Done, int All) Progress => Run.Status == InvoiceRunStatus.Drafting ? (Run.Drafted, Run.Drafted + Waiting) : (Run.Issued, Count - LeftOut);
}

/// <summary>A month's run while it works, while it is looked through, and afterwards.</summary>
public sealed class ShowRun(BillingContext db, AuditTrail audit, ITenantResolver tenants)
{
    private const int PageSize = 100;

    public async Task<RunModel?> HandleAsync(Guid id, int? page, FormState form, bool refresh, CancellationToken cancellationToken)
    {
        if (await db.InvoiceRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run)
        {
            return null;
        }
        var all = db.Invoices.AsNoTracking().Where(i => i.TenantId == run.TenantId && i.RunId == id);
        var sums = await all.GroupBy(i => i.LeftOut).Select(g => new { g.Key, Count = g.Count(), Yen = g.Sum(i => i.TotalYen) }).ToListAsync(cancellationToken);
        var (count, shown) = (sums.Sum(s => s.Count), Math.Max(page ?? 1, 1));
        var waiting = run.Status == InvoiceRunStatus.Drafting
            ? await db.OpenLines.Where(l => l.TenantId == run.TenantId && l.Night <= run.ClosingOn).Select(l => l.ClinicId).Distinct().CountAsync(cancellationToken) : 0;
        var stored = run.Status is InvoiceRunStatus.Issuing or InvoiceRunStatus.Issued
            ? await db.InvoiceDocuments.CountAsync(d => d.TenantId == run.TenantId && d.Format == InvoiceFormat.Pdf && all.Any(i => i.Id == d.InvoiceId), cancellationToken) : 0;
        // While drafts are being made the list would jump about.
        IReadOnlyList<Invoice> invoices = run.Status == InvoiceRunStatus.Drafting ? []
            : await all.OrderBy(i => i.ClinicName).ThenBy(i => i.Id).Skip((shown - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken);
        audit.Listed("invoice", invoices.Select(i => (i.TenantId, i.Id)), refresh);
        return new RunModel(
            run, tenants.ById(run.TenantId)!, invoices, count, sums.Where(s => s.Key).Sum(s => s.Count), sums.Where(s => !s.Key).Sum(s => s.Yen), waiting, stored, shown,
            Math.Max((count + PageSize - 1) / PageSize, 1), form);
    }
}
