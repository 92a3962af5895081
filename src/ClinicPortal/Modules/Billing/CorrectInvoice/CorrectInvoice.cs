using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Modules.Billing.StoreInvoice;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.CorrectInvoice;

/// <summary>What a line of the original is to be.</summary>
/// <param name="Position">On the original.</param>
/// <param name="Quantity">As it is right, or how much of it is given back; 0 for nothing.</param>
/// <param name="UnitYen">As it is right, or how much of it is given back; null for the original's.</param>
/// <param name="Description">As it is right; null for the original's.</param>
public sealed record CorrectedLine(int Position, int Quantity, int? UnitYen, string? Description = null);

/// <param name="Kind"><see cref="InvoiceKind.CorrectedInvoice"/> or <see cref="InvoiceKind.ReturnInvoice"/>.</param>
/// <param name="Lines">Those that change; of a corrected invoice all others stay, of a return invoice none is given back.</param>
public sealed record CorrectInvoiceInput(Guid Id, InvoiceKind Kind, string? Reason, IReadOnlyList<CorrectedLine> Lines);

/// <summary>
/// 修正適格請求書 and 適格返還請求書. A corrected invoice says everything anew and takes the place of its original, which is kept; a return invoice gives back a
/// part of what was charged, and its original stands (消費税法57条の4).
/// </summary>
public sealed class CorrectInvoice(
    BillingContext db, InvoiceReader reader, InvoiceNumbers numbers, PortalSession session, CurrentUser user, AuditTrail audit, Outbox outbox,
    ITenantResolver tenants, TimeProvider clock)
{
    private const int LongestReason = 200;
    private const int Most = 10_000_000;

    public async Task<Result<Guid>> HandleAsync(CorrectInvoiceInput input, CancellationToken cancellationToken)
    {
        if (await db.LockInvoiceAsync(input.Id, cancellationToken) is not { } original)
        {
            return Error.NotFound("invoice.not-found");
        }
        if (!original.Stands || original.Kind == InvoiceKind.ReturnInvoice)
        {
            return Error.Conflict("invoice.not-standing");
        }
        if (input.Kind == InvoiceKind.CorrectedInvoice && await db.Invoices.AnyAsync(
            i => i.TenantId == original.TenantId && i.OriginalId == original.Id && i.Status == InvoiceStatus.Issued, cancellationToken))
        {
            return Error.Conflict("invoice.has-corrections");
        }
        if (input.Reason is not { Length: <= LongestReason } reason)
        {
            return Error.OnField("reason", input.Reason is null ? "invoice.reason-missing" : "invoice.reason-long", LongestReason);
        }
        var rows = await reader.RowsAsync(original, cancellationToken);
        var corrected = input.Kind == InvoiceKind.CorrectedInvoice
            ? Corrected(rows, input.Lines)
            : Returned(rows, input.Lines, await ReturnedBeforeAsync(original, cancellationToken));
        if (!corrected.Succeeded)
        {
            return Result<Guid>.Refused(corrected.Errors);
        }
        var (tenant, now) = (tenants.ById(original.TenantId)!, clock.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        var invoice = Invoice.Correct(original, input.Kind, [.. corrected.Value.Select(row => (row.TaxCategory, (long)row.AmountYen))], reason, id, now);
        if (input.Kind == InvoiceKind.CorrectedInvoice && invoice.TotalYen < 0)
        {
            return new Error("invoice.nothing-left");
        }
        db.Add(invoice);
        await db.SaveChangesAsync(cancellationToken);
        if (input.Kind == InvoiceKind.CorrectedInvoice)
        {
            await db.Database.ExecuteSqlAsync(
                $"UPDATE billing.invoice_item SET standing = false WHERE tenant_id = {original.TenantId} AND invoice_id = {original.Id} AND standing", cancellationToken);
        }
        db.AddRange(corrected.Value.Select((row, index) => InvoiceItem.Written(
            original.TenantId, id, index + 1, row.LineId, input.Kind == InvoiceKind.CorrectedInvoice && row.LineId is not null, row.SuppliedOn, row.Description,
            row.Reference, row.Quantity, row.UnitYen, row.TaxCategory)));
        await db.SaveChangesAsync(cancellationToken);
        await IssueAsync(invoice, original, tenant, now, cancellationToken);
        audit.Changed(original.TenantId, "invoice", original.Id, input.Kind == InvoiceKind.CorrectedInvoice ? "corrected" : "returned");
        return id;
    }

    /// <summary>Everything anew: what does not change as it was.</summary>
    private static Result<IReadOnlyList<InvoiceRow>> Corrected(IReadOnlyList<InvoiceRow> rows, IReadOnlyList<CorrectedLine> lines)
    {
        var changes = lines.ToDictionary(line => line.Position);
        if (changes.Keys.Except(rows.Select(row => row.Position)).Any() || lines.Any(line => line.Quantity is < 0 or > 1000 || line.UnitYen is < -Most or > Most || line.Description is { Length: > LongestReason }))
        {
            return new Error("invoice.line-unreadable");
        }
        var result = rows.Select(row => changes.TryGetValue(row.Position, out var change) ? With(row, change.Quantity, change.UnitYen ?? row.UnitYen) with { Description = change.Description ?? row.Description } : row)
            .Where(row => row.Quantity > 0).ToList();
        return result.Count == 0 ? new Error("invoice.nothing-left")
            : result.SequenceEqual(rows) ? new Error("invoice.nothing-changed")
            : Result<IReadOnlyList<InvoiceRow>>.Of(result);
    }

    /// <summary>Only what is given back, as negative lines; never more than was charged.</summary>
    private static Result<IReadOnlyList<InvoiceRow>> Returned(
        IReadOnlyList<InvoiceRow> rows, IReadOnlyList<CorrectedLine> lines, IReadOnlyDictionary<Guid, long> before)
    {
        var byPosition = rows.ToDictionary(row => row.Position);
        var result = new List<InvoiceRow>();
        foreach (var line in lines.Where(line => line.Quantity != 0))
        {
            if (!byPosition.TryGetValue(line.Position, out var row) || line.Quantity < 0 || line.Quantity > row.Quantity || line.UnitYen is <= 0 or > Most)
            {
                return new Error("invoice.line-unreadable");
            }
            var back = With(row, line.Quantity, -(line.UnitYen ?? row.UnitYen));
            if (-back.AmountYen > row.AmountYen - (row.LineId is { } id ? before.GetValueOrDefault(id) : 0))
            {
                return new Error("invoice.more-than-charged");
            }
            result.Add(back);
        }
        return result.Count == 0 ? new Error("invoice.nothing-changed") : Result<IReadOnlyList<InvoiceRow>>.Of(result);
    }

    private static InvoiceRow With(InvoiceRow row, int quantity, int unitYen) =>
        row with { Quantity = quantity, UnitYen = unitYen, AmountYen = quantity * unitYen };

    private async Task<IReadOnlyDictionary<Guid, long>> ReturnedBeforeAsync(Invoice original, CancellationToken cancellationToken) => await (
        from invoice in db.Invoices
        where invoice.TenantId == original.TenantId && invoice.OriginalId == original.Id && invoice.Kind == InvoiceKind.ReturnInvoice && invoice.Status == InvoiceStatus.Issued
        join item in db.InvoiceItems on new { invoice.TenantId, InvoiceId = invoice.Id } equals new { item.TenantId, item.InvoiceId }
        where item.LineId != null
        group item by item.LineId!.Value into line
        select new { line.Key, Yen = line.Sum(item => -(long)item.AmountYen!.Value) }).ToDictionaryAsync(line => line.Key, line => line.Yen, cancellationToken);

    private async Task IssueAsync(Invoice invoice, Invoice original, TenantInfo tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = WallClock.Of(now, tenant.Zone).Date;
        var (year, number) = await numbers.TakeAsync(tenant, today, 1, cancellationToken);
        // The clinic pays what is right by the day on which it was to pay what was wrong, or has as long as after any closing.
        var due = invoice.Kind == InvoiceKind.CorrectedInvoice ? Later(original.DueOn, tenant.Settings.InvoicingRules(), today) : (DateOnly?)null;
        invoice.Issue(tenant.Settings.InvoiceIssuer, tenant.Settings.CasePrefix, year, number, today, due, user.Name, now);
        if (invoice.Kind == InvoiceKind.CorrectedInvoice)
        {
            original.ReplaceBy(invoice);
        }
        db.Add(InvoiceEvent.Of(
            original.TenantId, original.Id, invoice.Kind == InvoiceKind.CorrectedInvoice ? InvoiceStep.Corrected : InvoiceStep.Returned, user.Name, now, invoice.Number));
        await db.SaveChangesAsync(cancellationToken);
        outbox.Publish(new InvoicesIssued(Guid.CreateVersion7(now), new TenantId(invoice.TenantId), [invoice.Id]));
        session.Enqueue(StoreDocuments.For(invoice.TenantId, invoice.Id, now, now));
    }

    private static DateOnly? Later(DateOnly? due, InvoicingSettings rules, DateOnly today) => due >= today ? due : rules.DueOf(today);
}
