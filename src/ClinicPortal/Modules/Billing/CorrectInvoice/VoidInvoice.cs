using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.CorrectInvoice;

/// <summary>取消: the invoice keeps its number and its place in every list, and its lines wait for the next run.</summary>
public sealed class VoidInvoice(BillingContext db, CurrentUser user, AuditTrail audit, Outbox outbox, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        if (await db.LockInvoiceAsync(id, cancellationToken) is not { } invoice)
        {
            return Error.NotFound("invoice.not-found");
        }
        // Of what gives back a part of it, or took another's place, the original would be left with half a story.
        if (invoice.Kind == InvoiceKind.CorrectedInvoice || await db.Invoices.AnyAsync(
            i => i.TenantId == invoice.TenantId && i.OriginalId == id && i.Status == InvoiceStatus.Issued, cancellationToken))
        {
            return Error.Conflict("invoice.has-corrections");
        }
        var now = clock.GetUtcNow();
        var done = invoice.MakeVoid(reason, user.Name, now);
        if (!done.Succeeded)
        {
            return Result<Guid>.Refused(done.Errors);
        }
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"""
            WITH fallen AS (
              UPDATE billing.invoice_item SET standing = false WHERE tenant_id = {invoice.TenantId} AND invoice_id = {id} AND standing RETURNING line_id
            )
            INSERT INTO billing.open_line (tenant_id, clinic_id, night, line_id)
            SELECT l.tenant_id, l.clinic_id, l.night, l.id FROM fallen f JOIN billing.invoice_line l ON l.tenant_id = {invoice.TenantId} AND l.id = f.line_id
            """, cancellationToken);
        outbox.Publish(new InvoiceVoided(Guid.CreateVersion7(now), new TenantId(invoice.TenantId), id));
        audit.Changed(invoice.TenantId, "invoice", id, "voided");
        return id;
    }
}
