using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.ConfigurePayments;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Modules.Billing.Peppol;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.DebitAccounts;

/// <param name="Answered">How many lines the bank has answered.</param>
public sealed record DebitFileRow(BankFile File, int Answered, long DoneYen);

/// <param name="ReadyYen">What the next file would ask for, of how many clinics.</param>
public sealed record DebitList(IReadOnlyList<DebitFileRow> Files, bool HasDebtor, int ReadyClinics, long ReadyYen, DateOnly Today, FormState Form);

public sealed record PayerModel(Payer Payer, DebitAccount? Account, FormState Form);

public sealed record DebitAccountInput(bool Remove, string? BankCode, string? BankName, string? BranchCode, string? BranchName, string? Kind, string? Number, string? Holder, uint? Version);

/// <summary>口座振替: which clinics are debited, the file to the bank, and the bank's answer.</summary>
public sealed class DebitAccountsHandler(
    BillingContext db, OpenReceivables open, Bookkeeping books, GatewayAccounts accounts, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    private const int FarthestDays = 60;

    public async Task<DebitList> ListAsync(FormState form, CancellationToken cancellationToken)
    {
        var files = await (
            from f in db.BankFiles.AsNoTracking()
            where f.Kind == BankFileKind.DebitRequest
            orderby f.At descending
            select new
            {
                File = f,
                Answered = db.DirectDebits.Count(d => d.TenantId == f.TenantId && d.FileId == f.Id && d.Result != null),
                Done = db.DirectDebits.Where(d => d.TenantId == f.TenantId && d.FileId == f.Id && d.Result == "0").Sum(d => (long?)d.AmountYen) ?? 0,
            }).ToListAsync(cancellationToken);
        var today = books.Today(user.TenantId!.Value);
        var ready = await ReadyAsync(today.AddDays(FarthestDays), cancellationToken);
        audit.Listed("bank-file", files.Select(f => (f.File.TenantId, f.File.Id)));
        return new DebitList(
            [.. files.Select(f => new DebitFileRow(f.File, f.Answered, f.Done))], (await SettingAsync(cancellationToken))?.Debtor is not null, ready.Count,
            ready.Sum(r => r.Open.Sum(o => o.OpenYen)), today, form);
    }

    /// <summary>A file for the clinics that are debited, of what falls due until the end of the month of the debit. Until the bank has answered it is under way.</summary>
    public async Task<Result<Guid>> WriteAsync(DateOnly? on, CancellationToken cancellationToken)
    {
        var (tenantId, now) = (user.TenantId!.Value, clock.GetUtcNow());
        var today = books.Today(tenantId);
        if (on is not { } day || day <= today || day > today.AddDays(FarthestDays))
        {
            return Error.OnField("on", "debit.day", FarthestDays);
        }
        if ((await SettingAsync(cancellationToken))?.Debtor is not { } debtor)
        {
            return new Error("debit.no-debtor");
        }
        // One file after the other: two at once would ask for the same invoices.
        await books.LockAsync(tenantId, cancellationToken);
        var ready = await ReadyAsync(day, cancellationToken);
        if (ready.Count == 0)
        {
            return new Error("debit.nothing");
        }
        var lines = ready.ConvertAll(r => new DebitLine(r.Payer.SealedDebitAccount!.Value, r.Open.Sum(o => o.OpenYen), r.Payer.DebitIsNew, r.Payer.CustomerNumber, '0'));
        var content = DebitFile.Write(debtor, day, lines);
        var file = new BankFile(
            tenantId, Guid.CreateVersion7(now), BankFileKind.DebitRequest, $"koufuri-{day:yyyyMMdd}.txt", SHA256.HashData(content), lines.Count, lines.Sum(l => l.AmountYen), day,
            ImportTransfersHandler.Text(content, DebitFile.Length), user.Name, now);
        db.BankFiles.Add(file);
        foreach (var (payer, invoices) in ready)
        {
            var payment = Payment.Ask(
                tenantId, payer.Id, payer.ClinicName, PaymentChannel.DirectDebit, invoices.Sum(o => o.OpenYen), [.. invoices.Select(o => o.Invoice.Id)], offSession: true, user.Name, now);
            db.Payments.Add(payment);
            db.DirectDebits.Add(new DirectDebit(tenantId, Guid.CreateVersion7(now), file.Id, payment.Id, payer.CustomerNumber, payment.AmountYen));
            payer.WasDebited();
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenantId, "bank-file", file.Id, fields: []);
        return file.Id;
    }

    /// <returns>The file as the bank takes it; null where there is none.</returns>
    public async Task<(string Name, byte[] Content)?> DownloadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.BankFiles.SingleOrDefaultAsync(f => f.Id == id && f.Kind == BankFileKind.DebitRequest, cancellationToken) is not { } file)
        {
            return null;
        }
        audit.Exported("bank-file", [(file.TenantId, file.Id)]);
        return (file.Name, ZenginFile.Write(file.SealedContent.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>The bank's answer: what was debited is paid, the rest is open again.</summary>
    public async Task<Result<Guid>> AnswerAsync(IFormFile? upload, CancellationToken cancellationToken)
    {
        var content = await ImportTransfersHandler.ReadAsync(upload, cancellationToken);
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
        IReadOnlyList<DebitLine> lines;
        try
        {
            (_, _, lines) = DebitFile.Read(content.Value);
        }
        catch (ZenginException wrong)
        {
            return Error.OnField("file", $"bank-file.{ImportTransfersHandler.Code(wrong.Fault)}", wrong.Line);
        }
        await books.LockAsync(tenantId, cancellationToken);
        var numbers = lines.Select(l => l.CustomerNumber).ToList();
        var asked = await db.DirectDebits.Where(d => d.Result == null && numbers.Contains(d.CustomerNumber)).ToListAsync(cancellationToken);
        var pairs = lines.Select(line => (Line: line, Debit: asked.Find(d => d.CustomerNumber == line.CustomerNumber && d.AmountYen == line.AmountYen))).ToList();
        if (pairs.FindIndex(p => p.Debit is null) is >= 0 and var unknown)
        {
            return Error.OnField("file", "debit.not-asked", unknown + 2);
        }
        var request = await db.BankFiles.SingleAsync(f => f.Id == pairs[0].Debit!.FileId, cancellationToken);
        db.BankFiles.Add(new BankFile(
            tenantId, Guid.CreateVersion7(now), BankFileKind.DebitResult, StorableText.Of(Path.GetFileName(upload!.FileName)), sha256, lines.Count, lines.Sum(l => l.AmountYen),
            request.DebitOn, ImportTransfersHandler.Text(content.Value, DebitFile.Length), user.Name, now));
        foreach (var (line, debit) in pairs)
        {
            debit!.Answer($"{line.Result}");
            var payment = await db.Payments.SingleAsync(p => p.Id == debit.PaymentId, cancellationToken);
            if (!line.IsDone)
            {
                payment.Fail($"zengin-{line.Result}");
                continue;
            }
            payment.Settle(request.DebitOn!.Value);
            await db.SaveChangesAsync(cancellationToken);
            await books.ReceiveAsync(payment, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenantId, "bank-file", request.Id, "answered");
        return request.Id;
    }

    public async Task<PayerModel?> PayerAsync(Guid clinic, FormState form, CancellationToken cancellationToken)
    {
        if (await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return null;
        }
        audit.Opened(payer.TenantId, "payer", clinic);
        return new PayerModel(payer, payer.SealedDebitAccount?.Value, form);
    }

    public async Task<Result<Guid>> ArrangeAsync(Guid clinic, DebitAccountInput input, CancellationToken cancellationToken)
    {
        if (await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return Error.NotFound("payment.clinic-not-found");
        }
        if (input.Version is { } seen && seen != payer.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        DebitAccount? account = null;
        if (!input.Remove)
        {
            var errors = new List<Error>();
            BankFields.Digits("bankCode", input.BankCode, 4, errors);
            BankFields.Digits("branchCode", input.BranchCode, 3, errors);
            BankFields.Digits("number", input.Number, 7, errors);
            var (bank, branch, holder) = (BankFields.Kana("bankName", input.BankName, 15, errors), BankFields.Kana("branchName", input.BranchName, 15, errors), BankFields.Kana("holder", input.Holder, 30, errors));
            if (errors.Count > 0)
            {
                return Result<Guid>.Refused(errors);
            }
            account = new DebitAccount(input.BankCode!, bank, input.BranchCode!, branch, input.Kind is "2" ? "2" : "1", input.Number!, holder);
        }
        payer.DebitFrom(account);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(payer.TenantId, "payer", clinic);
        return clinic;
    }

    /// <param name="written">Empty: the clinic takes no digital invoices.</param>
    public async Task<Result<Guid>> TakeDigitalAsync(Guid clinic, string? written, uint? seen, CancellationToken cancellationToken)
    {
        if (await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return Error.NotFound("payment.clinic-not-found");
        }
        if (seen is { } version && version != payer.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        PeppolId? address = null;
        if (written is not null)
        {
            if (!PeppolId.TryParse(written.Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal), null, out var id))
            {
                return Error.OnField("peppolId", "payer.peppol-id");
            }
            address = id;
        }
        payer.TakeDigitalInvoices(address);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(payer.TenantId, "payer", clinic, "peppolId");
        return clinic;
    }

    private Task<PaymentSetting?> SettingAsync(CancellationToken cancellationToken) => db.PaymentSettings.SingleOrDefaultAsync(cancellationToken);

    private async Task<List<(Payer Payer, IReadOnlyList<OpenReceivable> Open)>> ReadyAsync(DateOnly debit, CancellationToken cancellationToken)
    {
        // Banks debit some days before the month's end, by which, or by the first banking day after it, most invoices are due.
        var dueBy = BankCalendar.Nearest(new DateOnly(debit.Year, debit.Month, DateTime.DaysInMonth(debit.Year, debit.Month)), BankHolidayRule.Next);
        var payers = await db.Payers.Where(p => p.SealedDebitAccount != null).OrderBy(p => p.Reference).ToListAsync(cancellationToken);
        var underWay = await open.UnderWayAsync(cancellationToken);
        var due = (await open.ListAsync(null, cancellationToken)).Where(o => o.Invoice.DueOn <= dueBy && !underWay.Contains(o.Invoice.Id)).ToLookup(o => o.Invoice.ClinicId);
        return [.. payers.Where(p => due[p.Id].Any()).Select(p => (p, (IReadOnlyList<OpenReceivable>)[.. due[p.Id]]))];
    }
}
