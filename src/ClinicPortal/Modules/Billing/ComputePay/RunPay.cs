using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ComputePay;

/// <summary>Has the sheets of a month computed, or computed anew. The work is durable and goes on wherever it stopped.</summary>
public sealed class RunPay(
    BillingContext db, PaySheets sheets, PortalSession session, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <param name="month">As <c>2026-11</c>.</param>
    public async Task<Result<DateOnly>> HandleAsync(string? month, CancellationToken cancellationToken)
    {
        var (tenant, now) = (tenants.ById(user.TenantId!.Value)!, clock.GetUtcNow());
        if (PaySheets.Read(month) is not { } first || first > WallClock.Of(now, tenant.Zone).Date)
        {
            return Error.OnField("month", "pay.no-month");
        }
        if (tenant.Document.Pay is null)
        {
            return new Error("pay.no-rates");
        }
        await sheets.LockAsync(tenant.Id, cancellationToken);
        var run = await db.PayRuns.SingleOrDefaultAsync(r => r.Month == first, cancellationToken);
        if (run is null)
        {
            run = PayRun.For(tenant.Id, first, now);
            db.Add(run);
        }
        run.Start(user.Name, now);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(ComputePay.Next(run, null, now));
        audit.Changed(tenant.Id, "pay-run", run.Id, "started", fields: []);
        session.Changed(PaySheets.Topic(tenant.Id));
        return first;
    }
}
