using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.BillVisit;

/// <summary>
/// A reported visit becomes part of its month's history, and lines of the clinic's next invoice: those that the month comes to whenever it is computed, so that
/// what stands here at the report is what will be charged.
/// </summary>
internal sealed partial class VisitBilling(
    BillingContext db, MonthHistories histories, ICases cases, ICover cover, ITenantResolver tenants, TimeProvider clock, ILogger<VisitBilling> logger)
{
    public async Task BillAsync(BillableVisit visit, CancellationToken cancellationToken)
    {
        // Whose patient it was may have become known after the report.
        var call = visit.CaseId is { } of ? await cases.CallAsync(of, cancellationToken) : null;
        if ((visit.PrimaryClinicId?.Value ?? call?.ClinicId) is not { } clinic)
        {
            NotUnderCover(visit.CaseNumber);
            return;
        }
        if (await db.Usages.AnyAsync(known => known.SourceId == visit.Id.Value, cancellationToken))
        {
            return;
        }
        var (tenant, now) = (tenants.ById(visit.Tenant.Value)!, clock.GetUtcNow());
        // What the desk was told when the call came; of a consultation that was booked, what the clinic held then.
        var covered = call?.Covered ?? await cover.ForClinicAsync(new ClinicId(clinic), visit.Night, visit.ArrivedAt, cancellationToken) is { IsCovered: true };
        var usage = Usage.Of(
            visit, (clinic, visit.PrimaryClinicName ?? call?.ClinicName ?? ""), TenantCalendars.Of(tenant).FeeClasses.ClassAt(visit.ArrivedAt, tenant.Zone), covered, now);
        var history = await histories.ReadAsync(tenant.Id, usage.Month, ClinicRange.Only(new ClinicId(clinic)), cancellationToken);
        var lines = MonthPricing.Recompute(history with { Usages = [.. history.Usages, usage] }, tenant.Document.Prices, whole: false)
            .Where(line => line.SourceKind == LineSource.Visit && line.SourceId == usage.SourceId).ToList();
        if (lines.Count == 0)
        {
            // Helped all the same; whether and whom to charge without a subscription is agreed by people.
            NotUnderCover(visit.CaseNumber);
        }
        db.Add(usage);
        db.AddRange(lines.Select(line => InvoiceLine.Of(tenant.Id, line, now)));
        await db.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Case {Number} has no clinic under cover: no invoice line")]
    private partial void NotUnderCover(string number);
}

internal sealed class BillVisitHandler(VisitBilling billing, IVisits visits) : IWorkHandler
{
    public static string Kind => "billing.visit-reported";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<ReportSubmitted>();
        await billing.BillAsync(
            await visits.FindBillableAsync(news.Visit, cancellationToken) ?? throw new InvalidOperationException($"Visit {news.Visit.Value} was reported and is not there."),
            cancellationToken);
    }
}

/// <summary>
/// 受電・往診の医療機関が後でわかった: the call becomes known now, and with it visits that were reported before, so that the next invoice has them however long
/// ago the night was.
/// </summary>
internal sealed class BillIdentifiedHandler(BillingContext db, VisitBilling billing, IVisits visits, ICases cases, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "billing.case-identified";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<CaseIdentified>();
        var call = await cases.CallAsync(news.Case, cancellationToken) ?? throw new InvalidOperationException($"Case {news.Case.Value} was identified and has no clinic.");
        if (!await db.Usages.AnyAsync(u => u.Kind == UsageKind.Call && u.SourceId == call.Id.Value, cancellationToken))
        {
            db.Add(Usage.Of(news.Tenant.Value, call, clock.GetUtcNow()));
            await db.SaveChangesAsync(cancellationToken);
        }
        foreach (var visit in await visits.OfCaseAsync(news.Case, cancellationToken))
        {
            await billing.BillAsync(visit, cancellationToken);
        }
    }
}
