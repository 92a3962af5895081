using System.Globalization;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Dun;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Modules.Billing.SettlePayments;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Demo;

/// <summary>How a demonstration's invoices are paid: the bank's file comes, the secretariat puts what is in it against the invoices, and reminds who has not paid.</summary>
internal sealed class DemoTransfers(
    BillingContext db, OpenReceivables open, GatewayAccounts accounts, ImportTransfersHandler import, SettlePayment settle, RemindPayer remind, TimeProvider clock)
{
    private const long FeeYen = 660;
    private const long WholeThousand = 1_000;

    /// <summary>Clinics pay on as many days, one after the other, the last of them on the day when it is due.</summary>
    private const int DaysOfPaying = 8;

    private const int LongestName = 48;

    private static readonly TimeOnly FileComes = new(9, 30);

    private DemoClock Clock => (DemoClock)clock;

    /// <param name="isLast">Nothing was issued after these.</param>
    public async Task TellAsync(
        TenantInfo tenant, DemoTenant demo, DemoMoney money, IReadOnlyList<Guid> invoices, bool isLast, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = WallClock.Of(now, tenant.Zone).Date;
        var came = new List<(OpenReceivable Invoice, IncomingTransfer Transfer, DemoPaying? How)>();
        foreach (var (index, invoice) in (await open.OfAsync(null, invoices, cancellationToken)).Index())
        {
            var clinic = demo.Clinics.Single(c => StableId.Of(tenant.Identifier, c.Key) == invoice.Invoice.ClinicId);
            var written = money.Payers.FirstOrDefault(p => p.Clinic == clinic.Key);
            var how = written is { Pays: DemoPaying.Half or DemoPaying.Unclear } && !isLast ? null : written?.Pays;
            var on = BankCalendar.Nearest(invoice.Invoice.DueOn.AddDays(index % DaysOfPaying + 1 - DaysOfPaying), BankHolidayRule.Previous);
            if (how == DemoPaying.Nothing || on >= today)
            {
                continue;
            }
            var yen = how switch
            {
                DemoPaying.LessFee => invoice.OpenYen - FeeYen,
                DemoPaying.Half => invoice.OpenYen / 2 / WholeThousand * WholeThousand,
                _ => invoice.OpenYen,
            };
            var payer = (await accounts.PayerAsync(invoice.Invoice.ClinicId, cancellationToken))!;
            var name = how == DemoPaying.Unclear ? Kana(written!.Name ?? clinic.Kana) : $"{payer.Reference} {Kana(clinic.Kana)}";
            came.Add((invoice, new IncomingTransfer(
                (index + 1).ToString("000000", CultureInfo.InvariantCulture), on, on, yen, "", name[..Math.Min(name.Length, LongestName)], Kana(money.Bank.Kana),
                Kana(money.Bank.BranchKana), IsCancelled: false, ""), how));
        }
        if (came.Count > 0)
        {
            came.Sort((one, other) => one.Transfer.ValueDate.CompareTo(other.Transfer.ValueDate));
            await TakeInAsync(tenant, money, came, cancellationToken);
        }
    }

    /// <summary>Each step of each invoice on its day.</summary>
    public async Task RemindAsync(TenantInfo tenant, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var dunning = (await db.PaymentSettings.AsNoTracking().SingleAsync(cancellationToken)).Dunning;
        var steps = from found in await open.ListAsync(null, cancellationToken)
                    from step in dunning.DaysAfterDue.Index()
                    select (found.Invoice, Number: step.Index + 1, At: WallClock.At(found.Invoice.DueOn.AddDays(step.Item), FileComes, tenant.Zone).ToUniversalTime());
        foreach (var (invoice, number, at) in steps.Where(step => step.At <= now).OrderBy(step => step.At))
        {
            using (Clock.At(at))
            {
                await remind.HandleAsync(RemindPayer.Of(invoice, number, at), cancellationToken);
            }
            db.ChangeTracker.Clear();
        }
    }

    private async Task TakeInAsync(
        TenantInfo tenant, DemoMoney money, IReadOnlyList<(OpenReceivable Invoice, IncomingTransfer Transfer, DemoPaying? How)> came, CancellationToken cancellationToken)
    {
        var (from, until) = (came[0].Transfer.ValueDate, came[^1].Transfer.ValueDate);
        var account = tenant.Settings.InvoiceIssuer.BankAccount;
        var content = IncomingTransfers.Write(
        [
            new IncomingAccount(
                until.AddDays(1), from, until, money.Bank.Code, Kana(money.Bank.Kana), money.Bank.BranchCode, Kana(money.Bank.BranchKana), "1", account.Number, Kana(account.HolderKana),
                [.. came.Select(c => c.Transfer)]),
        ]);
        // Of yesterday's transfers, before the file has come today: at once.
        var (morning, now) = (WallClock.At(until.AddDays(1), FileComes, tenant.Zone), clock.GetUtcNow());
        var taken = morning < now ? morning : now;
        using (Clock.At(taken))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"nyukin_{until:yyyyMMdd}.txt");
            var file = DemoMonths.Expect(await import.HandleAsync(new FormFile(new MemoryStream(content), 0, content.Length, "file", name), cancellationToken));
            db.ChangeTracker.Clear();
            var payments = await db.BankReceipts.Where(r => r.FileId == file).OrderBy(r => r.Line).Select(r => r.Id).ToListAsync(cancellationToken);
            foreach (var (index, (payment, (invoice, _, how))) in payments.Zip(came).Where(pair => pair.Second.How != DemoPaying.Unclear).Index())
            {
                using (Clock.At(taken.AddMinutes(index + 1)))
                {
                    DemoMonths.Expect(await settle.HandleAsync(
                        payment, new SettleInput(invoice.Invoice.ClinicId, [invoice.Invoice.Id], FeeTakenOff: how == DemoPaying.LessFee), cancellationToken));
                }
                db.ChangeTracker.Clear();
            }
        }
    }

    private static string Kana(string text) =>
        ZenginText.TryWrite(text, out var written) ? written : throw new InvalidDataException($"The demonstration has what no bank writes: {text}");
}
