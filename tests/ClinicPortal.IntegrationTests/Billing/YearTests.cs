using System.Globalization;
using ClinicPortal.IntegrationTests.Billing.Year;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.KeepArchive;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>
/// A year of each of three associations, used, invoiced, paid, put right and archived in the portal, and worked out beside it as in a spreadsheet: equal to the yen.
/// </summary>
/// <remarks><c>PORTAL_YEAR_CLINICS</c> takes more clinics than nine an association, <c>PORTAL_YEAR_SEED</c> another year.</remarks>
public sealed class YearTests(PortalPostgres postgres, ITestOutputHelper output)
{
    private static readonly int Clinics = Number("PORTAL_YEAR_CLINICS") ?? 9;
    private static readonly int Seed = Number("PORTAL_YEAR_SEED") ?? 2026;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 600_000)]
    [InlineData("setagaya")]
    [InlineData("koto")]
    [InlineData("tamagawa")]
    public async Task Year_OfAnAssociation_ComesToWhatASpreadsheetSays_ToTheYen(string association)
    {
        output.WriteLine($"PORTAL_YEAR_SEED={Seed}");
        await using var portal = new YearPortal(postgres);
        var definitions = Definitions();
        await portal.StartAsync(definitions);
        var definition = definitions.Single(d => d.Settings.Identifier == association);
        var rules = definition.Settings.InvoicingRules();
        var plan = new YearPlan(association, definition.Prices, rules.ClosingDay, Clinics, association.Sum(letter => letter) + Seed);
        var sheet = new YearSheet(definition.Prices, rules.TaxRounding, rules.ClosingDay, rules.DueOf, plan.IsDebited);
        await portal.OpenAsync(association, Clinics);
        foreach (var happening in plan.Make())
        {
            await portal.FollowAsync(plan, happening);
            sheet.Follow(happening);
        }
        await portal.WorkAsync();
        output.WriteLine($"{sheet.Documents.Count} documents, {sheet.Documents.Sum(d => d.Lines.Count)} lines, ¥{sheet.Documents.Where(d => d.State == "Standing").Sum(d => d.Total):N0}");

        var books = new YearBooks(portal.Database, association);
        await books.AssertDocumentsAsync(sheet);
        await books.AssertLedgerAsync(sheet, Clinics);
        await ArchiveAsync(portal, association);
    }

    /// <summary>Two as they are; of the third the prices change within the year and are taxed in four ways.</summary>
    private static List<TenantDefinition> Definitions()
    {
        var folder = TenantFolder.Load(Path.Combine(Repository(), "tenants")).Tenants;
        var tamagawa = folder.Single(t => t.Settings.Identifier == "tamagawa");
        var mixed = tamagawa.Prices.Versions[0] with
        {
            CallTax = TaxCategory.Reduced8, VisitTax = TaxCategory.Exempt, EndOfLifeTax = TaxCategory.OutsideScope, NightTax = TaxCategory.Reduced8,
        };
        var dearer = mixed with
        {
            EffectiveFrom = new DateOnly(2026, 10, 1), VideoTax = TaxCategory.Exempt,
            Plans = [.. mixed.Plans.Select(p => p with { Call = p.Call + 333, MonthlyMinimum = 61_111, MonthlyBase = [.. p.MonthlyBase.Select(t => t with { Yen = t.Yen + 1_777 })] })],
        };
        return
        [
            folder.Single(t => t.Settings.Identifier == "setagaya"), folder.Single(t => t.Settings.Identifier == "koto"),
            tamagawa with
            {
                Prices = tamagawa.Prices with { Versions = [mixed, dearer] },
                Settings = tamagawa.Settings with
                {
                    Invoicing = new InvoicingSettings { ClosingDay = 25, DueMonthsAfter = 1, DueDay = 20, OnBankHoliday = BankHolidayRule.Next, TaxRounding = TaxRounding.Up },
                },
            },
        ];
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "ClinicPortal.sln")))
        {
            directory = directory.Parent;
        }
        return directory.FullName;
    }

    /// <summary>Some documents are printed and stored; then the whole year is handed out, checked while it is written, and verified as a stranger would.</summary>
    private async Task ArchiveAsync(YearPortal portal, string association)
    {
        await portal.Database.ExecuteAsync("""
            UPDATE app.work_item SET due_at = created_at WHERE id IN (
              SELECT w.id FROM app.work_item w JOIN billing.invoice i ON i.id = (w.payload ->> 'Invoice')::uuid
              WHERE w.kind = 'billing.store-documents' AND w.tenant_id = $1 AND i.number_year = 2026 ORDER BY i.kind, i.number_in_year LIMIT 2)
            """, StableId.Of("tenant", association));
        await portal.WorkAsync();
        await portal.ActAsync(association, async services =>
        {
            var (name, bundle) = (await services.GetRequiredService<YearBundle>().WriteAsync(2026, Cancellation))!.Value;
            await using (bundle)
            {
                Assert.Empty(await BundleManifest.VerifyAsync(bundle, Cancellation));
                output.WriteLine($"{name}: {bundle.Length:N0} bytes");
            }
            return StableId.Of("tenant", association);
        });
    }
}
