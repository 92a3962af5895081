using System.Globalization;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.ConfigurePayments;
using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Modules.Billing.PostInvoices;
using ClinicPortal.Modules.Billing.RunMonth;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Demo;

/// <summary>
/// The three months that closed last: what was used, two of them invoiced, posted and mostly paid, the last one drafted for whoever comes to look it through; and
/// the nights of the month that runs. Every step is the use case's own, done at the time of which it tells.
/// </summary>
internal sealed class DemoMonths(
    BillingContext db, ConfigurePaymentsHandler configure, RunMonth.RunMonth runs, DraftInvoices draft, DraftPart draftPart, IssueInvoices issue, PostInvoicesHandler post,
    MonthMetering metering, DemoTransfers transfers, TimeProvider clock)
{
    private const int Months = 3;

    /// <summary>Days after the closing on which the secretariat gets to it, and at what time.</summary>
    private const int GettingToIt = 2;

    private static readonly TimeOnly Morning = new(10, 0);

    private DemoClock Clock => (DemoClock)clock;

    public async Task TellAsync(TenantInfo tenant, DemoTenant demo, DemoMoney money, CancellationToken cancellationToken)
    {
        var (now, rules) = (clock.GetUtcNow(), tenant.Settings.InvoicingRules());
        var today = WallClock.Of(now, tenant.Zone).Date;
        var last = new DateOnly(today.Year, today.Month, 1);
        while (RunAt(last) > now)
        {
            last = last.AddMonths(-1);
        }
        var first = last.AddMonths(1 - Months);
        await ConfigureAsync(tenant, money, RunAt(first), cancellationToken);
        await UseAsync(tenant, new DemoNights(tenant, demo, money.Usage), rules.PeriodOf(first).From, now, cancellationToken);
        for (var month = first; month <= last; month = month.AddMonths(1))
        {
            var run = await DraftAsync(month, RunAt(month), cancellationToken);
            if (month < last)
            {
                var invoices = await IssueAsync(tenant, run, RunAt(month), cancellationToken);
                await transfers.TellAsync(tenant, demo, money, invoices, isLast: month.AddMonths(1) == last, now, cancellationToken);
            }
        }
        await transfers.RemindAsync(tenant, now, cancellationToken);
        await metering.MeterAsync(tenant.Id, today, cancellationToken);

        DateTimeOffset RunAt(DateOnly month) => WallClock.At(rules.ClosingOf(month).AddDays(GettingToIt), Morning, tenant.Zone).ToUniversalTime();
    }

    /// <summary>Payments by the bank's file, reminders on.</summary>
    private async Task ConfigureAsync(TenantInfo tenant, DemoMoney money, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await db.PaymentSettings.AnyAsync(cancellationToken))
        {
            return;
        }
        using (Clock.At(at))
        {
            var account = tenant.Settings.InvoiceIssuer.BankAccount;
            Expect(await configure.HandleAsync(
                new PaymentSettingsInput(
                    GatewayEnabled: false, null, null, Dunning: true, string.Join(',', Dunning.Default.DaysAfterDue), null, money.Bank.DebtorCode, account.HolderKana, money.Bank.Code,
                    money.Bank.Kana, money.Bank.BranchCode, money.Bank.BranchKana, "1", account.Number, null),
                cancellationToken));
        }
        db.ChangeTracker.Clear();
    }

    private async Task UseAsync(TenantInfo tenant, DemoNights nights, DateOnly from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tonight = TenantCalendars.Of(tenant).OutOfHours.NightOf(now, tenant.Zone);
        for (var night = from; night < tonight; night = night.AddDays(1))
        {
            db.AddRange(nights.Of(night).Where(usage => usage.RecordedAt <= now));
        }
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private async Task<Guid> DraftAsync(DateOnly month, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using (Clock.At(at))
        {
            var run = Expect(await runs.StartAsync(month.ToString(RunMonth.RunMonth.MonthFormat, CultureInfo.InvariantCulture), cancellationToken));
            foreach (var part in await draft.BeginAsync(new DraftStart(run, Guid.CreateVersion7(at)), cancellationToken))
            {
                db.ChangeTracker.Clear();
                await draftPart.HandleAsync(part, cancellationToken);
            }
            db.ChangeTracker.Clear();
            return run;
        }
    }

    /// <returns>What was issued, in the books.</returns>
    private async Task<IReadOnlyList<Guid>> IssueAsync(TenantInfo tenant, Guid id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using (Clock.At(at))
        {
            Expect(await runs.IssueAsync(id, null, cancellationToken));
            var number = 0;
            for (var run = await db.InvoiceRuns.SingleAsync(r => r.Id == id, cancellationToken); run.Status != InvoiceRunStatus.Issued; run = await db.InvoiceRuns.SingleAsync(r => r.Id == id, cancellationToken))
            {
                await issue.HandleAsync(IssueInvoices.Next(run, ++number, at), cancellationToken);
                db.ChangeTracker.Clear();
            }
            var invoices = await db.Invoices.Where(i => i.RunId == id && i.Status == InvoiceStatus.Issued).OrderBy(i => i.NumberInYear).Select(i => i.Id).ToListAsync(cancellationToken);
            foreach (var batch in invoices.Chunk(InvoicesIssued.Most))
            {
                var news = new InvoicesIssued(Guid.CreateVersion7(at), new TenantId(tenant.Id), batch);
                await post.HandleAsync(WorkItem.For(PostInvoicesHandler.Kind, news.Tenant, news, $"{PostInvoicesHandler.Kind}:{news.Id}", at), cancellationToken);
                db.ChangeTracker.Clear();
            }
            return invoices;
        }
    }

    /// <summary>The demonstration is committed with the code: what its use cases refuse is a mistake in it.</summary>
    internal static T Expect<T>(Result<T> result) => result.Succeeded
        ? result.Value : throw new InvalidDataException($"The demonstration is refused: {string.Join(", ", result.Errors.Select(e => $"{e.Field} {e.Code}"))}");
}
