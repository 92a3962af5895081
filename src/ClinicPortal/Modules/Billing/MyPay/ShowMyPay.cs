using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.MyPay;

/// <summary>What the person has worked in the month that runs.</summary>
public sealed record MyMonth(TenantInfo Tenant, DateOnly Month, DutyRole Role, string EmployerName, PayComputation Computed);

public sealed record MyPayModel(IReadOnlyList<MyMonth> Running, IReadOnlyList<PaySheet> Sheets);

/// <summary>自分の報酬: approved sheets, and the hours of this month so far, in all associations for which the person is on duty.</summary>
internal sealed class ShowMyPay(
    BillingContext db, PayHistories histories, IPayees payees, CurrentUser user, TenantScope scope, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostSheets = 60;

    public async Task<MyPayModel> HandleAsync(CancellationToken cancellationToken)
    {
        var sheets = await db.PaySheets.AsNoTracking().Where(s => s.PersonId == user.Id && (s.Status == PaySheetStatus.Approved || s.Status == PaySheetStatus.Paid))
            .OrderByDescending(s => s.Month).ThenBy(s => s.EmployerName).Take(MostSheets).ToListAsync(cancellationToken);
        audit.Listed("pay-sheet", sheets.Select(s => (s.TenantId, s.Id)));
        var running = new List<MyMonth>();
        foreach (var tenant in scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().OrderBy(t => t.Identifier, StringComparer.Ordinal))
        {
            running.AddRange(await RunningAsync(tenant, cancellationToken));
        }
        return new MyPayModel(running, sheets);
    }

    private async Task<IReadOnlyList<MyMonth>> RunningAsync(TenantInfo tenant, CancellationToken cancellationToken)
    {
        if (tenant.Document.Pay is not { } rates)
        {
            return [];
        }
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        var month = new DateOnly(today.Year, today.Month, 1);
        var history = await histories.ReadAsync(tenant.Id, PayRules.FirstDay(month, rates), today, cancellationToken);
        var me = new AccountId(user.Id);
        var terms = (await payees.OfAsync(new TenantId(tenant.Id), [me], cancellationToken)).GetValueOrDefault(me);
        return
        [
            .. from key in history.WorkedIn(month)
               where key.PersonId == user.Id
               orderby key.Role, key.EmployerCode
               select new MyMonth(
                   tenant, month, key.Role, history.People[key].EmployerName, history.Compute(key, month, rates, terms?.KindAs(key.Role) ?? PayKind.Salary)),
        ];
    }
}
