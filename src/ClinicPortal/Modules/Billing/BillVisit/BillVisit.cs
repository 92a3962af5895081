using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.BillVisit;

/// <summary>
/// A reported visit becomes lines of the clinic's next invoice: by the price list in force on the night's date, the clinic's plan on
/// that night, and the fee class of the time of arrival.
/// </summary>
internal sealed partial class BillVisitHandler(
    BillingContext db, IVisits visits, ICover cover, ITenantResolver tenants, TimeProvider clock, ILogger<BillVisitHandler> logger) : IWorkHandler
{
    public static string Kind => "billing.visit-reported";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<ReportSubmitted>();
        var visit = await visits.FindBillableAsync(news.Visit, cancellationToken)
            ?? throw new InvalidOperationException($"Visit {news.Visit.Value} was reported and is not there.");
        if (visit.PrimaryClinicId is not { } clinic
            || await cover.ForClinicAsync(clinic, visit.Night, cancellationToken) is not { } subscription)
        {
            // Helped all the same; whether and whom to charge without a subscription is agreed by people.
            NotUnderCover(visit.CaseNumber);
            return;
        }
        if (await db.InvoiceLines.AnyAsync(line => line.VisitId == visit.Id.Value, cancellationToken))
        {
            return;
        }
        var tenant = tenants.ById(visit.Tenant.Value)!;
        var prices = tenant.Document.Prices.On(visit.Night)
            ?? throw new InvalidOperationException($"{tenant.Identifier} has no price list for {visit.Night:yyyy-MM-dd}.");
        var plan = prices.Plans.SingleOrDefault(p => p.Code == subscription.Plan)
            ?? throw new InvalidOperationException($"{tenant.Identifier} has no plan {subscription.Plan} on {visit.Night:yyyy-MM-dd}.");
        var feeClass = TenantCalendars.Of(tenant).FeeClasses.ClassAt(visit.ArrivedAt, tenant.Zone);
        db.AddRange(InvoiceLine.For(visit, clinic.Value, plan, prices.TaxCategory, feeClass, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Case {Number} has no clinic under cover: no invoice line")]
    private partial void NotUnderCover(string number);
}
