using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ListInvoiceLines;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.VoidUsage;

/// <param name="Lines">All that the call or visit costs.</param>
/// <param name="Invoice">Number of the invoice that they are on already.</param>
public sealed record VoidUsageModel(Guid LineId, Usage Usage, IReadOnlyList<(InvoiceLine Line, string Description)> Lines, string? Invoice, UsageVoid? Voided, FormState Form);

/// <summary>
/// 利用の取り消し by the secretariat: a call or visit that does not count after all. What was written stays; an adjustment takes it back, on the next invoice where
/// it has been invoiced.
/// </summary>
public sealed class VoidUsage(BillingContext db, CurrentUser user, PortalSession session, LineWords words, AuditTrail audit, TimeProvider clock)
{
    public const int MaxReason = 200;

    public async Task<VoidUsageModel?> ShowAsync(Guid line, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(line, cancellationToken) is not { } usage)
        {
            return null;
        }
        var source = usage.Kind == UsageKind.Call ? LineSource.Case : LineSource.Visit;
        var lines = await db.InvoiceLines.AsNoTracking().Where(l => l.TenantId == usage.TenantId && l.SourceKind == source && l.SourceId == usage.SourceId).OrderBy(l => l.Id).ToListAsync(cancellationToken);
        var ids = lines.ConvertAll(l => (Guid?)l.Id);
        var invoice = await (
            from item in db.InvoiceItems.AsNoTracking()
            join paper in db.Invoices.AsNoTracking() on new { item.TenantId, Id = item.InvoiceId } equals new { paper.TenantId, paper.Id }
            where item.TenantId == usage.TenantId && ids.Contains(item.LineId) && item.Standing && paper.Status == InvoiceStatus.Issued
            select paper.Number).FirstOrDefaultAsync(cancellationToken);
        audit.Opened(usage.TenantId, "usage", usage.Id);
        return new VoidUsageModel(line, usage, [.. lines.Select(l => (l, words.Of(l)))], invoice, await VoidOfAsync(usage, cancellationToken), form);
    }

    public async Task<Result<Usage>> HandleAsync(Guid line, string? reason, CancellationToken cancellationToken)
    {
        if (await FindAsync(line, cancellationToken) is not { } usage)
        {
            return Error.NotFound("invoice-line.not-found");
        }
        if (reason is null or { Length: > MaxReason })
        {
            return reason is null ? Error.OnField("reason", "required") : Error.OnField("reason", "too-long", MaxReason);
        }
        if (await VoidOfAsync(usage, cancellationToken) is not null)
        {
            return Error.Conflict("usage.voided");
        }
        var now = clock.GetUtcNow();
        db.Add(UsageVoid.Of(usage, reason, user.Id, user.Name, now));
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(usage.TenantId, "usage", usage.Id, "voided");
        session.Enqueue(MeterNight.Again(usage, now));
        return usage;
    }

    /// <summary>Of a line that charges for something that happened; base, minimum, discounts and adjustments follow from those.</summary>
    private async Task<Usage?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.InvoiceLines.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { SourceKind: LineSource.Case or LineSource.Visit } line)
        {
            return null;
        }
        var isCall = line.SourceKind == LineSource.Case;
        return await db.Usages.AsNoTracking().SingleOrDefaultAsync(
            u => u.TenantId == line.TenantId && u.SourceId == line.SourceId && u.Kind == UsageKind.Call == isCall, cancellationToken);
    }

    private Task<UsageVoid?> VoidOfAsync(Usage usage, CancellationToken cancellationToken) =>
        db.UsageVoids.AsNoTracking().SingleOrDefaultAsync(v => v.TenantId == usage.TenantId && v.UsageId == usage.Id, cancellationToken);
}
