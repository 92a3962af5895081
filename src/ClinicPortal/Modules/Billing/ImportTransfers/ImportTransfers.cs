using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.ImportTransfers;

/// <summary>The banks' file of incoming transfers: every one becomes a payment of which nobody knows yet whose it is. A file is taken once.</summary>
public sealed class ImportTransfersHandler(
    BillingContext db, Bookkeeping books, CurrentUser user, AuditTrail audit, IStringLocalizer<PaymentText> texts, TimeProvider clock)
{
    public const int MostBytes = 5 * 1024 * 1024;

    /// <summary>組戻し takes days, not months.</summary>
    private const int LongestDaysBack = 60;

    public async Task<Result<Guid>> HandleAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(file, cancellationToken);
        if (!content.Succeeded)
        {
            return Result<Guid>.Refused(content.Errors);
        }
        var (tenantId, now) = (user.TenantId!.Value, clock.GetUtcNow());
        var sha256 = SHA256.HashData(content.Value);
        if (await db.BankFiles.AnyAsync(f => f.Sha256 == sha256, cancellationToken))
        {
            return Error.OnField("file", "bank-file.taken-before");
        }
        IReadOnlyList<IncomingAccount> accounts;
        try
        {
            accounts = IncomingTransfers.Read(content.Value, books.Today(tenantId));
        }
        catch (ZenginException wrong)
        {
            return Error.OnField("file", $"bank-file.{Code(wrong.Fault)}", wrong.Line);
        }
        var (transfers, cancelled) = Standing(accounts.SelectMany(a => a.Transfers));
        var takenBack = new List<Payment>();
        foreach (var transfer in cancelled)
        {
            if (await CameAsync(transfer, takenBack, cancellationToken) is not { } came)
            {
                return Error.OnField("file", "bank-file.cancels-nothing", PaymentWords.Yen(transfer.AmountYen), transfer.Payer);
            }
            takenBack.Add(came);
        }
        var stored = new BankFile(
            tenantId, Guid.CreateVersion7(now), BankFileKind.IncomingTransfers, StorableText.Of(Path.GetFileName(file!.FileName)), sha256, transfers.Count,
            transfers.Sum(t => t.AmountYen), null, Text(content.Value, IncomingTransfers.Length), user.Name, now);
        db.BankFiles.Add(stored);
        await db.SaveChangesAsync(cancellationToken);
        for (var line = 0; line < transfers.Count; line++)
        {
            var (transfer, id) = (transfers[line], Guid.CreateVersion7(now));
            db.BankReceipts.Add(new BankReceipt(
                tenantId, id, stored.Id, line + 1, transfer.ValueDate, transfer.AmountYen, transfer.PayerCode, transfer.Edi, transfer.Payer));
            var payment = Payment.Arrived(tenantId, id, PaymentChannel.BankTransfer, transfer.AmountYen, transfer.ValueDate, transfer.Payer, user.Name, now);
            db.Payments.Add(payment);
            db.JournalEntries.Add(payment.BookReceipt(now));
        }
        await db.SaveChangesAsync(cancellationToken);
        foreach (var payment in takenBack)
        {
            await books.LockAsync(payment.ClinicId ?? payment.Id, cancellationToken);
            await books.TakenBackAsync(payment, new GatewayRefund(null, RefundStatus.Succeeded, payment.AmountYen, null), texts["Refund.ByBank"], user.Name, cancellationToken);
        }
        audit.Changed(tenantId, "bank-file", stored.Id, fields: []);
        return stored.Id;
    }

    /// <summary>The transfer of an earlier file that the bank takes back now: the last of that amount and name.</summary>
    private async Task<Payment?> CameAsync(IncomingTransfer cancelled, List<Payment> others, CancellationToken cancellationToken)
    {
        var came = await (
            from receipt in db.BankReceipts
            where receipt.AmountYen == cancelled.AmountYen && receipt.ValueDate <= cancelled.ValueDate && receipt.ValueDate >= cancelled.ValueDate.AddDays(-LongestDaysBack)
            join payment in db.Payments on new { receipt.TenantId, receipt.Id } equals new { payment.TenantId, payment.Id }
            where !db.Refunds.Any(r => r.TenantId == payment.TenantId && r.PaymentId == payment.Id && r.Status != RefundStatus.Failed)
            orderby receipt.ValueDate descending, receipt.Id descending
            select payment).ToListAsync(cancellationToken);
        return came.Find(payment => payment.SealedPayer?.Value == cancelled.Payer && !others.Contains(payment));
    }

    internal static async Task<Result<byte[]>> ReadAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is null or { Length: 0 })
        {
            return Error.OnField("file", "required");
        }
        if (file.Length > MostBytes)
        {
            return Error.OnField("file", "bank-file.too-large", MostBytes / 1024 / 1024);
        }
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    internal static string Code(ZenginFault fault) => fault switch
    {
        ZenginFault.NotThisKind => "not-this-kind",
        ZenginFault.Count => "wrong-count",
        ZenginFault.Total => "wrong-total",
        ZenginFault.Date => "wrong-date",
        ZenginFault.Number => "wrong-number",
        ZenginFault.Order => "wrong-order",
        ZenginFault.Letters => "wrong-letters",
        _ => "wrong-length",
    };

    internal static string Text(byte[] content, int length)
    {
        var text = new StringBuilder();
        foreach (var record in ZenginFile.Records(content, length))
        {
            text.Append(record).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A transfer that was taken back on the same day did not come; others that are taken back came before.</summary>
    private static (List<IncomingTransfer> Standing, List<IncomingTransfer> Cancelled) Standing(IEnumerable<IncomingTransfer> all)
    {
        var (standing, cancelled) = (new List<IncomingTransfer>(), new List<IncomingTransfer>());
        foreach (var transfer in all)
        {
            if (!transfer.IsCancelled)
            {
                standing.Add(transfer);
            }
            else if (standing.FindLastIndex(t => t.AmountYen == transfer.AmountYen && t.Payer == transfer.Payer) is >= 0 and var at)
            {
                standing.RemoveAt(at);
            }
            else
            {
                cancelled.Add(transfer);
            }
        }
        return ([.. standing.Where(t => t.AmountYen > 0)], [.. cancelled.Where(t => t.AmountYen > 0)]);
    }
}
