using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ListInvoiceLines;

/// <param name="Month">As <c>2026-11</c>.</param>
/// <param name="TotalYen">Sum of all lines, excluding tax.</param>
public sealed record InvoiceLineList(string Month, IReadOnlyList<InvoiceLineView> Items, long TotalYen);

/// <param name="Night">The date the night began; the month and the price go by it.</param>
/// <param name="FeeClass">By the time of arrival.</param>
/// <param name="Description">What is charged, in the caller's language.</param>
/// <param name="UnitYen">Integer yen, excluding tax.</param>
/// <param name="AmountYen">Integer yen, excluding tax.</param>
/// <param name="OccurredAt">Of a visit the arrival at the patient's door.</param>
public sealed record InvoiceLineView(
    Guid Id, Guid ClinicId, string ClinicName, string? CaseNumber, Guid? VisitId, DateOnly Night, InvoiceLineKind Kind, FeeClass? FeeClass,
    string Description, int Quantity, int UnitYen, int AmountYen, TaxCategory TaxCategory, DateTimeOffset OccurredAt)
{
    /// <summary>The line whose amount this one corrects.</summary>
    public Guid? AdjustsLineId { get; init; }

    /// <summary>Why what it charges for does not count after all: an adjustment takes it back. Null while it counts.</summary>
    public string? VoidReason { get; init; }
}

/// <summary>請求明細 of a month: the secretariat of all clinics, a clinic its own. No patient is named.</summary>
public sealed class ListInvoiceLinesHandler(
    BillingContext db, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock,
    LineWords words)
{
    private const string MonthFormat = "yyyy-MM";

    /// <param name="month">As <c>2026-11</c>; the current month when left out.</param>
    public async Task<Result<InvoiceLineList>> HandleAsync(string? month, CancellationToken cancellationToken)
    {
        if (FirstDayOf(month) is not { } first)
        {
            return Error.OnField("month", "invoice-line.not-a-month");
        }
        var (all, clinic) = (user.Is(Roles.Secretariat), user.OrganisationId);
        var lines = await db.InvoiceLines.AsNoTracking()
            .Where(line => line.Month == first && (all || line.ClinicId == clinic))
            .ToListAsync(cancellationToken);
        var voids = (await (
            from v in db.UsageVoids.AsNoTracking()
            join u in db.Usages.AsNoTracking() on new { v.TenantId, Id = v.UsageId } equals new { u.TenantId, u.Id }
            where u.Month == first && (all || u.ClinicId == clinic)
            select new { IsCall = u.Kind == UsageKind.Call, u.SourceId, v.Reason }).ToListAsync(cancellationToken))
            .ToDictionary(v => (v.IsCall ? LineSource.Case : LineSource.Visit, v.SourceId), v => v.Reason);
        audit.Listed("invoice-line", lines.Select(line => (line.TenantId, line.Id)));
        return new InvoiceLineList(
            first.ToString(MonthFormat, CultureInfo.InvariantCulture),
            [.. from line in lines
                orderby line.ClinicName, line.ClinicId, line.OccurredAt, line.Kind
                select new InvoiceLineView(
                    line.Id, line.ClinicId, line.ClinicName, line.CaseNumber, line.VisitId, line.Night, line.Kind, line.FeeClass,
                    words.Of(line), line.Quantity, line.UnitYen, line.AmountYen,
                    line.TaxCategory, line.OccurredAt) { AdjustsLineId = line.AdjustsLineId, VoidReason = voids.GetValueOrDefault((line.SourceKind, line.SourceId)) }],
            lines.Sum(line => (long)line.AmountYen));
    }

    private DateOnly? FirstDayOf(string? month)
    {
        if (month is null)
        {
            var today = WallClock.Of(clock.GetUtcNow(), tenants.ById(user.TenantId!.Value)!.Zone).Date;
            return new DateOnly(today.Year, today.Month, 1);
        }
        // Every page leads to the month before and after its own; the first and the last that can be written have none.
        return DateOnly.TryParseExact(month, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && first > DateOnly.MinValue && first < DateOnly.MaxValue.AddMonths(-1) ? first : null;
    }
}
