using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ListInvoices;

/// <summary>What of the invoices is asked for.</summary>
public enum InvoiceState
{
    /// <summary>Drafts that the secretariat looks through.</summary>
    InReview,

    /// <summary>Issued, not void, not replaced.</summary>
    Standing,

    /// <summary>A corrected invoice stands instead.</summary>
    Replaced,

    Void,
}

/// <summary>Search as the electronic-books law asks for: ranges of the date and of the amount, the counterparty, and any of them together.</summary>
/// <param name="Month">That was closed, as <c>2026-11</c>.</param>
/// <param name="From">Issued on that day or later.</param>
/// <param name="Least">Total including tax, in yen.</param>
/// <param name="Query">Part of the clinic's name, or of the number.</param>
/// <param name="Page">From 1.</param>
public sealed record InvoiceSearch(
    string? Month, DateOnly? From, DateOnly? Until, long? Least, long? Most, string? Query, InvoiceState? State, InvoiceKind? Kind, int? Page)
{
    internal bool IsEmpty => this is { Month: null, From: null, Until: null, Least: null, Most: null, Query: null, State: null, Kind: null };
}

/// <param name="Number">Null for a draft.</param>
/// <param name="Month">That was closed, as <c>2026-11</c>.</param>
/// <param name="TotalYen">Including tax; negative on a return invoice.</param>
/// <param name="OriginalId">What a corrected or return invoice is about.</param>
/// <param name="ReplacedById">The corrected invoice that stands instead of it.</param>
public sealed record InvoiceSummary(
    Guid Id, string? Number, InvoiceKind Kind, InvoiceStatus Status, bool LeftOut, Guid ClinicId, string ClinicName, string Month, DateOnly? IssuedOn,
    DateOnly? DueOn, int LineCount, long TotalYen, long TaxYen, Guid? OriginalId, Guid? ReplacedById)
{
    internal InvoiceState State => Status == InvoiceStatus.Void ? InvoiceState.Void : ReplacedById is not null ? InvoiceState.Replaced
        : Status == InvoiceStatus.Issued ? InvoiceState.Standing : InvoiceState.InReview;

    internal static InvoiceSummary Of(Invoice i) => new(
        i.Id, i.Number, i.Kind, i.Status, i.LeftOut, i.ClinicId, i.ClinicName, i.Month.ToString(RunMonth.RunMonth.MonthFormat, CultureInfo.InvariantCulture), i.IssuedOn,
        i.DueOn, i.LineCount, i.TotalYen, i.TaxYen, i.OriginalId, i.ReplacedById);
}

/// <param name="Count">Of all pages.</param>
/// <param name="TotalYen">Of all that stand among what was found, including tax.</param>
/// <param name="Pages">How many pages there are.</param>
public sealed record InvoiceList(IReadOnlyList<InvoiceSummary> Items, int Count, long TotalYen, int Page, int Pages);

/// <param name="Startable">The month that is closed and has no run yet.</param>
/// <param name="WaitingClinics">Clinics with lines up to its closing that are on no invoice.</param>
/// <param name="Years">Years of numbers that can be taken out of the archive, the last first.</param>
public sealed record RunList(Guid TenantId, IReadOnlyList<InvoiceRun> Runs, DateOnly? Startable, int WaitingClinics, IReadOnlyList<int> Years);

/// <summary>請求書一覧: the secretariat of all clinics, a clinic its own.</summary>
public sealed class ListInvoices(BillingContext db, InvoiceReader reader, AuditTrail audit, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    public const int PageSize = 100;
    private const int ShownRuns = 6;

    public async Task<Result<InvoiceList>> HandleAsync(InvoiceSearch search, CancellationToken cancellationToken)
    {
        if (search.Month is not null && MonthOf(search.Month) is null)
        {
            return Error.OnField("month", "invoice-run.not-a-month");
        }
        var found = Found(search);
        var (page, count) = (Math.Clamp(search.Page ?? 1, 1, 100_000), await found.CountAsync(cancellationToken));
        var total = await found.Where(i => i.Status == InvoiceStatus.Issued && i.ReplacedById == null).SumAsync(i => i.TotalYen, cancellationToken);
        var rows = await found.OrderBy(i => i.NumberYear != null).ThenByDescending(i => i.NumberYear).ThenByDescending(i => i.NumberInYear).ThenBy(i => i.Id)
            .Skip((page - 1) * PageSize).Take(PageSize).ToListAsync(cancellationToken);
        audit.Listed("invoice", rows.Select(i => (i.TenantId, i.Id)));
        return new InvoiceList([.. rows.Select(InvoiceSummary.Of)], count, total, page, Math.Max((count + PageSize - 1) / PageSize, 1));
    }

    /// <summary>The last runs, and the month that can be started; for the secretariat.</summary>
    public async Task<RunList?> RunsAsync(CancellationToken cancellationToken)
    {
        if (!reader.IsSecretariat)
        {
            return null;
        }
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var rules = tenant.Settings.InvoicingRules();
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        var runs = await db.InvoiceRuns.AsNoTracking().OrderByDescending(r => r.Month).Take(ShownRuns).ToListAsync(cancellationToken);
        var month = new DateOnly(today.Year, today.Month, 1);
        // The last month whose closing date is over.
        while (rules.ClosingOf(month) >= today)
        {
            month = month.AddMonths(-1);
        }
        var closing = rules.ClosingOf(month);
        var waiting = await db.OpenLines.Where(l => l.Night <= closing).Select(l => l.ClinicId).Distinct().CountAsync(cancellationToken);
        var years = await db.Set<InvoiceNumber>().Select(n => n.Year).Distinct().OrderDescending().ToListAsync(cancellationToken);
        return new RunList(tenant.Id, runs, runs.Exists(r => r.Month == month) ? null : month, waiting, years);
    }

    internal IQueryable<Invoice> Found(InvoiceSearch search)
    {
        var invoices = search.State switch
        {
            InvoiceState.InReview => reader.Visible().Where(i => i.Status == InvoiceStatus.Draft || i.Status == InvoiceStatus.InReview),
            InvoiceState.Standing => reader.Visible().Where(i => i.Status == InvoiceStatus.Issued && i.ReplacedById == null),
            InvoiceState.Replaced => reader.Visible().Where(i => i.Status == InvoiceStatus.Issued && i.ReplacedById != null),
            InvoiceState.Void => reader.Visible().Where(i => i.Status == InvoiceStatus.Void),
            _ => reader.Visible(),
        };
        var (month, from, until, least, most, kind) = (MonthOf(search.Month), search.From, search.Until, search.Least, search.Most, search.Kind);
        invoices = month is null ? invoices : invoices.Where(i => i.Month == month);
        invoices = from is null ? invoices : invoices.Where(i => i.IssuedOn >= from);
        invoices = until is null ? invoices : invoices.Where(i => i.IssuedOn <= until);
        invoices = least is null ? invoices : invoices.Where(i => i.TotalYen >= least);
        invoices = most is null ? invoices : invoices.Where(i => i.TotalYen <= most);
        invoices = kind is null ? invoices : invoices.Where(i => i.Kind == kind);
        return search.Query is not { Length: > 0 } text ? invoices
            : invoices.Where(i => i.ClinicName.Contains(text) || (i.Number != null && i.Number.Contains(text)));
    }

    private static DateOnly? MonthOf(string? month) =>
        DateOnly.TryParseExact(month, RunMonth.RunMonth.MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) ? first : null;
}
