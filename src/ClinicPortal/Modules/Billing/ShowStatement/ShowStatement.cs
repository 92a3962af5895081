using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ShowStatement;

/// <summary>One movement of a clinic's account with the association.</summary>
/// <param name="OwedYen">What it adds to the debt; below zero what it takes from it.</param>
/// <param name="BalanceYen">What the clinic owes after it; below zero the association owes the clinic.</param>
public sealed record StatementLine(DateOnly On, JournalKind Kind, string Note, long OwedYen, long BalanceYen);

/// <summary>残高明細: from the journal, so that it cannot say otherwise than the books.</summary>
public sealed record Statement(
    Guid ClinicId, string ClinicName, string? Reference, TenantInfo Tenant, DateOnly Today, DateOnly From, DateOnly Until, long OpeningYen,
    IReadOnlyList<StatementLine> Lines, long ClosingYen, IReadOnlyList<OpenReceivable> Open, bool IsSecretariat, FormState Form);

/// <param name="OverdueYen">Past its due date.</param>
/// <param name="LastStep">The last step of 督促 that was sent for what is still open.</param>
public sealed record ClinicBalance(Guid ClinicId, string ClinicName, int Invoices, long OpenYen, long OverdueYen, DateOnly OldestDue, int LastStep);

public sealed record BalanceList(IReadOnlyList<ClinicBalance> Clinics, DateOnly Today);

/// <summary>未収一覧 for the secretariat, 残高明細 for it and for the clinic itself.</summary>
public sealed class ShowStatementHandler(
    BillingContext db, OpenReceivables open, Bookkeeping books, GatewayAccounts accounts, IMemberClinics clinics, CurrentUser user, AuditTrail audit, ITenantResolver tenants)
{
    private const int Months = 12;

    public async Task<BalanceList> ListAsync(CancellationToken cancellationToken)
    {
        var tenantId = user.TenantId!.Value;
        var today = books.Today(tenantId);
        var all = await open.ListAsync(null, cancellationToken);
        var ids = all.Select(o => o.Invoice.Id).ToList();
        var steps = await db.DunningNotices.Where(n => ids.Contains(n.ReceivableId)).GroupBy(n => n.ReceivableId)
            .Select(group => new { group.Key, Step = group.Max(n => n.Step) }).ToDictionaryAsync(n => n.Key, n => n.Step, cancellationToken);
        audit.Listed("receivable", all.Select(o => (tenantId, o.Invoice.Id)));
        return new BalanceList(
            [.. all.GroupBy(o => o.Invoice.ClinicId).Select(group => new ClinicBalance(
                group.Key, group.First().Invoice.ClinicName, group.Count(), group.Sum(o => o.OpenYen), group.Where(o => o.Invoice.DueOn < today).Sum(o => o.OpenYen),
                group.Min(o => o.Invoice.DueOn), group.Max(o => steps.GetValueOrDefault(o.Invoice.Id)))).OrderByDescending(c => c.OverdueYen).ThenBy(c => c.ClinicName, StringComparer.Ordinal)],
            today);
    }

    public Task<Guid?> ClinicOfAsync(Guid invoice, CancellationToken cancellationToken) =>
        db.Receivables.Where(r => r.Id == invoice).Select(r => (Guid?)r.ClinicId).SingleOrDefaultAsync(cancellationToken);

    /// <param name="from">The first day; a year ago when left out.</param>
    public async Task<Statement?> OneAsync(Guid clinic, DateOnly? from, FormState form, CancellationToken cancellationToken)
    {
        var isSecretariat = user.Is(Roles.Secretariat);
        if ((!isSecretariat && user.OrganisationId != clinic) || await clinics.FindAsync(new ClinicId(clinic), cancellationToken) is not { } member)
        {
            return null;
        }
        var today = books.Today(member.TenantId);
        var first = from ?? new DateOnly(today.Year, today.Month, 1).AddMonths(1 - Months);
        var entries = await db.JournalEntries.AsNoTracking().Include(e => e.Postings).Where(e => e.ClinicId == clinic).OrderBy(e => e.BookedOn).ThenBy(e => e.CreatedAt).ThenBy(e => e.Id)
            .ToListAsync(cancellationToken);
        var lines = new List<StatementLine>();
        var (balance, opening) = (0L, 0L);
        foreach (var entry in entries)
        {
            // What moves between the clinic's two accounts changes nothing of what it owes.
            var owed = entry.Postings.Where(p => p.Account is LedgerAccount.Receivables or LedgerAccount.Advances).Sum(p => p.DebitYen - p.CreditYen);
            if (owed == 0)
            {
                continue;
            }
            balance += owed;
            if (entry.BookedOn < first)
            {
                opening = balance;
            }
            else
            {
                lines.Add(new StatementLine(entry.BookedOn, entry.Kind, entry.Note, owed, balance));
            }
        }
        audit.Opened(member.TenantId, "statement", clinic);
        var reference = (await accounts.PayerAsync(clinic, cancellationToken))?.Reference;
        return new Statement(
            clinic, member.Name, reference, tenants.ById(member.TenantId)!, today, first, today, opening, lines, balance, await open.ListAsync(clinic, cancellationToken), isSecretariat, form);
    }
}
