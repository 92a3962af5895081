using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.BillVisit;

/// <summary>
/// A reported visit becomes lines of the clinic's next invoice: by the prices that the clinic's subscription has on that night
/// and the fee class of the time of arrival.
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
        if (visit.PrimaryClinicId is not { } clinic)
        {
            NotUnderCover(visit.CaseNumber);
            return;
        }
        if (await db.Usages.AnyAsync(known => known.SourceId == visit.Id.Value, cancellationToken))
        {
            return;
        }
        var tenant = tenants.ById(visit.Tenant.Value)!;
        var usage = Usage.Of(visit, clinic.Value, TenantCalendars.Of(tenant).FeeClasses.ClassAt(visit.ArrivedAt, tenant.Zone), clock.GetUtcNow());
        db.Add(usage);
        if (await cover.ForClinicAsync(clinic, visit.Night, cancellationToken) is { } subscription)
        {
            var prices = tenant.Document.Prices.On(subscription.PriceFrom)
                ?? throw new InvalidOperationException($"{tenant.Identifier} has no price list for {subscription.PriceFrom:yyyy-MM-dd}.");
            var plan = prices.PlanNamed(subscription.Plan)
                ?? throw new InvalidOperationException($"{tenant.Identifier} has no plan {subscription.Plan} on {subscription.PriceFrom:yyyy-MM-dd}.");
            db.AddRange(usage.Lines(plan, prices).Select(line => InvoiceLine.Of(tenant.Id, line, clock.GetUtcNow())));
        }
        else
        {
            // Helped all the same; whether and whom to charge without a subscription is agreed by people.
            NotUnderCover(visit.CaseNumber);
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Case {Number} has no clinic under cover: no invoice line")]
    private partial void NotUnderCover(string number);
}
