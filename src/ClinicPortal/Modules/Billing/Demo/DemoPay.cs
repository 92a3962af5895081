using System.Globalization;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Demo;

/// <summary>The sheets of what was worked last month: one is approved, the others wait to be looked at.</summary>
internal sealed class DemoPay(BillingContext db, RunPay run, ComputePay.ComputePay compute, ApprovePay.ApprovePay approve, TimeProvider clock)
{
    private const int FirstWorkingDays = 3;

    private static readonly TimeOnly Morning = new(11, 0);

    public async Task TellAsync(TenantInfo tenant, DemoTenant demo, CancellationToken cancellationToken)
    {
        if (tenant.Document.Pay is null)
        {
            return;
        }
        var now = clock.GetUtcNow();
        var today = WallClock.Of(now, tenant.Zone).Date;
        var month = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        var wanted = WallClock.At(month.AddMonths(1).AddDays(FirstWorkingDays - 1), Morning, tenant.Zone).ToUniversalTime();
        using (((DemoClock)clock).At(wanted < now ? wanted : now))
        {
            DemoMonths.Expect(await run.HandleAsync(month.ToString(PaySheets.MonthFormat, CultureInfo.InvariantCulture), cancellationToken));
            var begun = await db.PayRuns.AsNoTracking().SingleAsync(r => r.Month == month, cancellationToken);
            await compute.HandleAsync(ComputePay.ComputePay.Next(begun, null, clock.GetUtcNow()), cancellationToken);
            db.ChangeTracker.Clear();
            // That of the doctor whom newcomers sign in as; one whose shifts have no end yet cannot be approved, and the next one is.
            var first = demo.Shifts.Units is [var unit, ..] ? StableId.Of(tenant.Identifier, unit.Doctor) : Guid.Empty;
            foreach (var sheet in await db.PaySheets.Where(s => s.Month == month).OrderBy(s => s.PersonId != first).ThenBy(s => s.PersonName).Select(s => s.Id).ToListAsync(cancellationToken))
            {
                var approved = await approve.OneAsync(sheet, null, cancellationToken);
                db.ChangeTracker.Clear();
                if (approved.Succeeded)
                {
                    return;
                }
            }
        }
    }
}
