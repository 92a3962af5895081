using System.Globalization;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Ui;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.ShowJournal;

/// <param name="Balances">Of each account over all time until the end of the month: debits less credits.</param>
public sealed record Journal(DateOnly Month, IReadOnlyList<JournalEntry> Entries, IReadOnlyList<(LedgerAccount Account, long DebitYen, long CreditYen, long BalanceYen)> Balances);

/// <summary>仕訳帳 of a month with the trial balance, on screen and as a file for accounting.</summary>
public sealed class ShowJournalHandler(BillingContext db, Bookkeeping books, CurrentUser user, AuditTrail audit, IStringLocalizer<PaymentText> text)
{
    private const string MonthFormat = "yyyy-MM";

    public async Task<Journal> HandleAsync(string? month, CancellationToken cancellationToken)
    {
        var (tenantId, today) = (user.TenantId!.Value, books.Today(user.TenantId!.Value));
        var first = DateOnly.TryParseExact(month, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read.Year is > 2000 and < 9000
            ? read : new DateOnly(today.Year, today.Month, 1);
        var end = first.AddMonths(1);
        var entries = await db.JournalEntries.AsNoTracking().Include(e => e.Postings).Where(e => e.BookedOn >= first && e.BookedOn < end)
            .OrderBy(e => e.BookedOn).ThenBy(e => e.CreatedAt).ThenBy(e => e.Id).ToListAsync(cancellationToken);
        var totals = await (
            from entry in db.JournalEntries
            where entry.BookedOn < end
            from posting in entry.Postings
            group posting by posting.Account into account
            select new { Account = account.Key, Balance = account.Sum(p => p.DebitYen - p.CreditYen) }).ToListAsync(cancellationToken);
        audit.Listed("journal-entry", entries.Select(e => (tenantId, e.Id)));
        return new Journal(first, entries, [.. totals.OrderBy(t => t.Account).Select(total =>
        {
            var ofMonth = entries.SelectMany(e => e.Postings).Where(p => p.Account == total.Account).ToList();
            return (total.Account, ofMonth.Sum(p => p.DebitYen), ofMonth.Sum(p => p.CreditYen), total.Balance);
        })]);
    }

    /// <summary>One line a posting, in the order of the journal.</summary>
    public async Task<byte[]> FileAsync(string? month, CancellationToken cancellationToken)
    {
        var journal = await HandleAsync(month, cancellationToken);
        audit.Exported("journal-entry", journal.Entries.Select(e => (e.TenantId, e.Id)), "csv");
        IEnumerable<string?> heading = [text["Journal.On"], text["Journal.Kind"], text["Journal.Note"], text["Journal.Account"], text["Journal.Debit"], text["Journal.Credit"], text["Journal.Id"]];
        return CsvText.File(new[] { heading }.Concat(
            from entry in journal.Entries
            from posting in entry.Postings.OrderBy(p => p.Line)
            select (IEnumerable<string?>)
            [
                entry.BookedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), text[$"JournalKind.{entry.Kind}"], entry.Note, text[$"LedgerAccount.{posting.Account}"],
                posting.DebitYen.ToString(CultureInfo.InvariantCulture), posting.CreditYen.ToString(CultureInfo.InvariantCulture), $"{entry.Id}",
            ]));
    }
}

internal static class JournalEndpoints
{
    public static void MapJournal(this IEndpointRouteBuilder app)
    {
        app.MapGet("/journal", async (string? month, ShowJournalHandler show, PageRenderer pages, CancellationToken ct) =>
            pages.Page<JournalPage>(new { Model = await show.HandleAsync(month, ct) })).RequireRoles(Roles.Secretariat);
        app.MapGet("/journal.csv", async (string? month, ShowJournalHandler show, CancellationToken ct) =>
            Results.File(await show.FileAsync(month, ct), CsvText.ContentType, "journal.csv")).RequireRoles(Roles.Secretariat);
    }
}
