using System.Globalization;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.IntegrationTests.Billing.Year;

/// <summary>What the portal's tables say of the year, beside the sheet.</summary>
internal sealed class YearBooks(PortalTestDatabase database, string association)
{
    private readonly Guid tenant = StableId.Of("tenant", association);

    /// <summary>Clinic by clinic and month by month: lines, net and tax by rate, total, and what is open.</summary>
    public async Task AssertDocumentsAsync(YearSheet sheet)
    {
        var clinics = Enumerable.Range(1, 99).ToDictionary(c => YearPortal.ClinicId(association, c));
        var expected = sheet.Documents.Select(d => string.Join(
            ' ', d.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture), $"{d.Clinic:00}", d.Kind, d.State, d.Lines.Count,
            d.Net(TaxCategory.Taxable10), d.Tax10, d.Net(TaxCategory.Reduced8), d.Tax8, d.Net(TaxCategory.Exempt), d.Net(TaxCategory.OutsideScope), d.Total, d.Open)).Order(StringComparer.Ordinal).ToList();
        var booked = (await database.ReadAllAsync<string>("""
            SELECT concat_ws(' ', clinic_id, to_char(month, 'YYYY-MM'), kind, CASE WHEN status = 'Void' THEN status WHEN replaced_by_id IS NULL THEN 'Standing' ELSE 'Replaced' END,
              line_count, net10_yen, tax10_yen, net8_yen, tax8_yen, exempt_yen, outside_scope_yen, total_yen, CASE WHEN total_yen <= 0 OR status = 'Void' OR replaced_by_id IS NOT NULL THEN 0 ELSE total_yen
                - coalesce((SELECT sum(amount_yen) FROM billing.allocation WHERE receivable_id = i.id), 0) - coalesce((SELECT sum(amount_yen) FROM billing.write_off WHERE receivable_id = i.id), 0) END)
            FROM billing.invoice i WHERE tenant_id = $1
            """, tenant)).Select(row => row.Split(' ', 3)).Select(row => $"{row[1]} {clinics[Guid.Parse(row[0])]:00} {row[2]}").Order(StringComparer.Ordinal).ToList();
        // What is on one side only is quicker to read than two years.
        Assert.Equal([], (string[])[.. expected.Except(booked).Select(row => $"sheet  {row}"), .. booked.Except(expected).Select(row => $"portal {row}")]);
        Assert.Equal(expected, booked);
        Assert.Equal(sheet.Waiting.Sum(l => l.Yen), await database.ReadAsync<decimal>("""
            SELECT coalesce(sum(l.amount_yen), 0)::numeric FROM billing.open_line o JOIN billing.invoice_line l ON l.id = o.line_id WHERE o.tenant_id = $1
            """, tenant));
        Assert.Equal([], await database.ReadAllAsync<string>("""
            SELECT number_year || ': ' || count(*) FROM billing.invoice WHERE tenant_id = $1 AND number IS NOT NULL
            GROUP BY number_year HAVING count(*) <> max(number_in_year) OR count(*) <> count(DISTINCT number_in_year)
            """, tenant));
    }

    public async Task AssertLedgerAsync(YearSheet sheet, int clinics)
    {
        var standing = sheet.Documents.Where(d => d.State == "Standing").ToList();
        var expected = new Dictionary<LedgerAccount, long>
        {
            [LedgerAccount.Receivables] = standing.Sum(d => d.Open),
            [LedgerAccount.Sales] = -standing.Sum(d => d.NetYen),
            [LedgerAccount.ConsumptionTax] = -standing.Sum(d => d.Tax10 + d.Tax8),
            [LedgerAccount.Bank] = sheet.Bank,
            [LedgerAccount.Clearing] = sheet.Clearing,
            [LedgerAccount.Advances] = -sheet.Advances,
            [LedgerAccount.Fees] = sheet.Fees,
        };
        foreach (var account in Enum.GetValues<LedgerAccount>())
        {
            Assert.Equal($"{account} {expected.GetValueOrDefault(account)}", $"{account} {await BalanceAsync(account, null)}");
        }
        Assert.Equal(0, expected.Values.Sum());
        foreach (var clinic in Enumerable.Range(1, clinics))
        {
            var id = YearPortal.ClinicId(association, clinic);
            Assert.Equal(
                $"{clinic} owes {standing.Where(d => d.Clinic == clinic).Sum(d => d.Open)} and has {sheet.AheadOf(clinic)}",
                $"{clinic} owes {await BalanceAsync(LedgerAccount.Receivables, id)} and has {-await BalanceAsync(LedgerAccount.Advances, id)}");
        }
    }

    private Task<long> BalanceAsync(LedgerAccount account, Guid? clinic) => database.ReadAsync<long>("""
        SELECT coalesce(sum(debit_yen - credit_yen), 0)::bigint FROM billing.journal_posting p JOIN billing.journal_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
        WHERE e.tenant_id = $1 AND account = $2 AND ($3 = $4 OR clinic_id = $3)
        """, tenant, account.ToString(), clinic ?? Guid.Empty, Guid.Empty);
}
