using System.Security.Cryptography;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.PayOut;

/// <param name="Ready">Approved sheets that the next file would pay.</param>
/// <param name="WithoutAccount">Approved sheets of people whose account nobody has entered.</param>
/// <param name="Elsewhere">Approved sheets that other institutions pay.</param>
public sealed record PayFileList(
    IReadOnlyList<PayFile> Files, IReadOnlyList<PaySheet> Ready, IReadOnlyList<PaySheet> WithoutAccount, IReadOnlyList<PaySheet> Elsewhere, bool HasAccount, DateOnly Today,
    TimeZoneInfo Zone, FormState Form);

/// <summary>
/// 支給: files to the bank for a day of payment, 給与振込 for salaries and 総合振込 for contractors. A sheet is in one standing file only; a file that is not to be
/// sent is withdrawn, and its sheets can be paid again.
/// </summary>
public sealed class PayOutHandler(
    BillingContext db, PaySheets sheets, IPayees payees, Bookkeeping books, CurrentUser user, PortalSession session, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int FarthestDays = 60;

    private TenantInfo Tenant => tenants.ById(user.TenantId!.Value)!;

    public async Task<PayFileList> ListAsync(FormState form, CancellationToken cancellationToken)
    {
        var files = await db.PayFiles.AsNoTracking().OrderByDescending(f => f.At).Take(100).ToListAsync(cancellationToken);
        var approved = await ApprovedAsync(cancellationToken);
        var terms = await TermsAsync(approved, cancellationToken);
        var own = approved.Where(IsOwn).ToList();
        audit.Listed("pay-file", files.Select(f => (f.TenantId, f.Id)));
        return new PayFileList(
            files, [.. own.Where(s => Account(terms, s) is not null)], [.. own.Where(s => Account(terms, s) is null)], [.. approved.Where(s => !IsOwn(s))],
            await payees.PayingAccountAsync(new TenantId(Tenant.Id), cancellationToken) is not null, books.Today(Tenant.Id), Tenant.Zone, form);
    }

    public async Task<Result<Guid>> WriteAsync(DateOnly? on, CancellationToken cancellationToken)
    {
        var (tenant, now) = (Tenant, clock.GetUtcNow());
        var today = books.Today(tenant.Id);
        if (on is not { } day || day <= today || day > today.AddDays(FarthestDays))
        {
            return Error.OnField("on", "pay-file.day", FarthestDays);
        }
        if (!BankCalendar.IsOpen(day))
        {
            return Error.OnField("on", "pay-file.bank-holiday", ScreenDates.NearDay(BankCalendar.Nearest(day, BankHolidayRule.Previous)));
        }
        if (await payees.PayingAccountAsync(new TenantId(tenant.Id), cancellationToken) is not { } from)
        {
            return new Error("pay-file.no-account");
        }
        await sheets.LockAsync(tenant.Id, cancellationToken);
        var own = (await ApprovedAsync(cancellationToken)).Where(IsOwn).ToList();
        var terms = await TermsAsync(own, cancellationToken);
        var ready = own.Where(s => Account(terms, s) is not null).ToLookup(s => s.Kind);
        if (ready.Count == 0)
        {
            return new Error("pay-file.nothing");
        }
        var last = Guid.Empty;
        foreach (var kind in Enum.GetValues<PayKind>().Where(ready.Contains))
        {
            last = await WriteAsync(kind, from, day, [.. ready[kind]], terms, now, cancellationToken);
        }
        session.Changed(PaySheets.Topic(tenant.Id));
        return last;
    }

    /// <returns>The file as the bank takes it; null where there is none, or it was withdrawn.</returns>
    public async Task<(string Name, byte[] Content)?> DownloadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.PayFiles.SingleOrDefaultAsync(f => f.Id == id && f.WithdrawnAt == null, cancellationToken) is not { } file)
        {
            return null;
        }
        audit.Exported("pay-file", [(file.TenantId, file.Id)]);
        return (file.Name, ZenginFile.Write(file.SealedContent.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    public async Task<Result<Guid>> WithdrawAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        await sheets.LockAsync(user.TenantId!.Value, cancellationToken);
        if (await db.PayFiles.SingleOrDefaultAsync(f => f.Id == id, cancellationToken) is not { } file)
        {
            return Error.NotFound("pay-file.not-found");
        }
        if (file.WithdrawnAt is not null)
        {
            return Error.Conflict("pay-file.withdrawn");
        }
        if (reason is null or { Length: > PayFile.MaxReason })
        {
            return reason is null ? Error.OnField($"reason-{id}", "required") : Error.OnField($"reason-{id}", "too-long", PayFile.MaxReason);
        }
        var (now, today) = (clock.GetUtcNow(), books.Today(file.TenantId));
        file.Withdraw(user.Name, reason, now);
        var items = await db.PayFileItems.Where(i => i.FileId == id && i.Standing).ToListAsync(cancellationToken);
        var paid = items.Select(i => i.SheetId).ToList();
        items.ForEach(item => item.Fall());
        foreach (var sheet in await db.PaySheets.Where(s => paid.Contains(s.Id)).ToListAsync(cancellationToken))
        {
            sheet.TakeBackPayment();
            db.Add(sheets.Event(sheet, PayStep.PaymentTakenBack, user.Name, reason));
        }
        await books.BookAsync(file.Book(JournalKind.PayFileWithdrawn, today > file.PayOn ? today : file.PayOn, now), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(file.TenantId, "pay-file", id, "withdrawn");
        session.Changed(PaySheets.Topic(file.TenantId));
        return id;
    }

    private async Task<Guid> WriteAsync(
        PayKind kind, DebtorAccount from, DateOnly day, IReadOnlyList<PaySheet> paid, IReadOnlyDictionary<AccountId, PayeeTerms> terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lines = paid.Select(s => new TransferLine(Account(terms, s)!, s.TotalYen, terms[new AccountId(s.PersonId)].EmployeeNumber ?? "0")).ToList();
        var content = TransferFile.Write(kind == PayKind.Salary ? TransferKind.Salary : TransferKind.General, from, day, lines);
        var file = new PayFile(
            Tenant.Id, Guid.CreateVersion7(now), kind, day, $"{(kind == PayKind.Salary ? "kyuyo" : "sougou")}-{day:yyyyMMdd}.txt", lines.Count, lines.Sum(l => l.AmountYen),
            SHA256.HashData(content), ImportTransfersHandler.Text(content, TransferFile.Length), user.Name, now);
        db.Add(file);
        foreach (var sheet in paid)
        {
            db.Add(new PayFileItem(file.TenantId, file.Id, sheet.Id, sheet.TotalYen));
            sheet.Pay(day);
            db.Add(sheets.Event(sheet, PayStep.Paid, user.Name, ScreenDates.Day(day)));
        }
        await books.BookAsync(file.Book(JournalKind.PayPaid, day, now), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(file.TenantId, "pay-file", file.Id, fields: []);
        return file.Id;
    }

    private Task<List<PaySheet>> ApprovedAsync(CancellationToken cancellationToken) =>
        db.PaySheets.Where(s => s.Status == PaySheetStatus.Approved && s.TotalYen > 0).OrderBy(s => s.Month).ThenBy(s => s.PersonName).ThenBy(s => s.Id).ToListAsync(cancellationToken);

    private Task<IReadOnlyDictionary<AccountId, PayeeTerms>> TermsAsync(IReadOnlyList<PaySheet> of, CancellationToken cancellationToken) =>
        payees.OfAsync(new TenantId(Tenant.Id), [.. of.Select(s => new AccountId(s.PersonId)).Distinct()], cancellationToken);

    /// <summary>The association's own clinic employs the person, and so the association pays.</summary>
    private bool IsOwn(PaySheet sheet) => sheet.EmployerCode == Tenant.Settings.AssociationClinic.InstitutionCode;

    private static PayeeAccount? Account(IReadOnlyDictionary<AccountId, PayeeTerms> terms, PaySheet sheet) => terms.GetValueOrDefault(new AccountId(sheet.PersonId))?.Account;
}
