using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>The platform operator at the guided page, writing what a new association's folder would say.</summary>
internal sealed class GuidedOpening(PortalNode node, Browser browser) : IDisposable
{
    public const string Host = "desk.localhost";

    public const string Areas = "code,name,latitude,longitude\n13109-001,品川区大崎一丁目,35.6197,139.7287\n13109-002,品川区大崎二丁目,35.6175,139.7266\n";

    public static readonly (string, string)[] Names =
    [
        ("name.ja", "品川区医師会"), ("name.en", "Shinagawa Medical Association"), ("shortName.ja", "品川"), ("shortName.en", "Shinagawa"), ("casePrefix", "SN"),
        ("associationClinic.name", "品川区医師会診療所"), ("associationClinic.institutionCode", "1319900013"),
        ("phoneNumbers.publicNumber", "03-5555-0300"), ("phoneNumbers.nightNumber", "03-5555-0319"), ("phoneNumbers.dutyPhones", "品川 1号車 050-5555-0311"),
    ];

    public static readonly (string, string)[] Hours =
    [
        ("careModel", "AssociationDesk"), ("zone", "Asia/Tokyo"), ("outOfHours.weekdayNight.from", "18:30"), ("outOfHours.weekdayNight.to", "08:30"),
        ("outOfHours.saturdayFrom", "12:00"), ("outOfHours.dayChange", "08:30"), ("outOfHours.sundays", "true"), ("outOfHours.publicHolidays", "true"),
        ("outOfHours.closedDays", "12-29 01-03\n08-13 08-15"), ("targets.answerSeconds", "20"), ("targets.levelSeconds", "300"), ("targets.decisionSeconds", "600"),
        ("targets.doorMinutes.orange", "60"), ("targets.doorMinutes.yellow", "180"), ("targets.doorMinutes.expectedDeath", "120"), ("targets.reportBy", "07:00"),
        ("dispatch.averageSpeedKmh", "20"), ("dispatch.preferOwnUnits", "true"),
    ];

    public static readonly (string, string)[] Prices =
    [
        ("versions[0].effectiveFrom", "2026-04-01"), ("versions[0].taxCategory", "Taxable10"), ("versions[0].plans[0].name.ja", "夜間休日"), ("versions[0].plans[0].name.en", "Cover"),
        ("versions[0].plans[0].monthlyBase", "30 50,000\n100 140,000"), ("versions[0].plans[0].perPatientAbove", "1,000"), ("versions[0].plans[0].call", "3,100"),
        ("versions[0].plans[0].visit.none", "18000"), ("versions[0].plans[0].visit.night", "18000"), ("versions[0].plans[0].visit.holiday", "18000"),
        ("versions[0].plans[0].visit.deepNight", "25000"), ("versions[0].plans[0].endOfLife", "10000"), ("versions[0].plans[0].video", "6000"),
        ("versions[0].plans[0].minimumMonths", "3"),
    ];

    public static readonly (string, string)[] Issuer =
    [
        ("invoiceIssuer.name", "一般社団法人品川区医師会"), ("invoiceIssuer.registrationNumber", "T6999999900011"), ("invoiceIssuer.postalCode", "141-0032"),
        ("invoiceIssuer.address", "東京都品川区大崎一丁目1番1号"), ("invoiceIssuer.phone", "03-5555-0300"), ("invoiceIssuer.bankAccount.bank", "見本銀行"),
        ("invoiceIssuer.bankAccount.branch", "本店"), ("invoiceIssuer.bankAccount.kind", "普通"), ("invoiceIssuer.bankAccount.number", "1000031"),
        ("invoiceIssuer.bankAccount.holderKana", "シナガワクイシカイ"), ("invoicing.closingDay", "20"), ("invoicing.dueMonthsAfter", "1"), ("invoicing.dueDay", "31"),
        ("invoicing.onBankHoliday", "Previous"), ("invoicing.taxRounding", "Half"), ("invoicing.yearBegins", "1"), ("invoicing.note", ""),
    ];

    public static async Task<GuidedOpening> SignInAsync(PortalNode node) => new(node, await Browser.SignInAsync(node, "platform@desk.example", Host));

    public static Guid IdOf(string identifier) => StableId.Of("tenant", identifier);

    public static string Path(string identifier, string? step = null) => $"/associations/{IdOf(identifier)}{(step is null ? "" : $"/{step}")}";

    public Task<BrowserPage> OpenAsync(string path) => browser.OpenAsync(node.Url(path, Host));

    public async Task<BrowserPage> RegisterAsync(string identifier) =>
        await browser.PostAsync(await OpenAsync("/associations"), "/associations", ("identifier", identifier));

    /// <summary>Opens a page of the settings and sends it with these fields.</summary>
    public async Task<BrowserPage> SaveAsync(string identifier, string step, params (string, string)[] fields) =>
        await SendAsync(await OpenAsync(Path(identifier, step)), identifier, step, fields);

    /// <summary>Sends a page that was opened earlier.</summary>
    public Task<BrowserPage> SendAsync(BrowserPage page, string identifier, string step, params (string, string)[] fields) =>
        browser.PostAsync(page, Path(identifier, step), fields);

    public async Task<BrowserPage> UploadAsync(string identifier, string step, string field, string content, params (string Name, string Value)[] fields)
    {
        var page = await OpenAsync(Path(identifier, step));
        var form = new MultipartFormDataContent { { new StringContent(content), field, $"{field}.txt" } };
        foreach (var (name, value) in page.Form(Path(identifier, step)).Where(f => f.Key is "__RequestVerificationToken" or FormState.KeyField or "version")
            .Select(f => (f.Key, f.Value)).Concat(fields))
        {
            form.Add(new StringContent(value), name);
        }
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, node.Url(Path(identifier, step), Host)) { Content = form });
    }

    /// <summary>All pages from the reserved name to the last before the opening.</summary>
    public async Task WriteAllAsync(string identifier)
    {
        Assert.Equal(HttpStatusCode.SeeOther, (await RegisterAsync(identifier)).Status);
        Saved(await SaveAsync(identifier, "names", Names));
        Saved(await SaveAsync(identifier, "hours", Hours));
        Saved(await UploadAsync(identifier, "areas", "areas", Areas));
        Saved(await SaveAsync(identifier, "prices", Prices));
        Saved(await SaveAsync(identifier, "issuer", Issuer));
        Saved(await SaveAsync(identifier, "desk", ("desk", "desk")));
        Saved(await SaveAsync(identifier, "look", ("accent", "#b10e1c")));
    }

    public async Task<BrowserPage> OpenAssociationAsync(string identifier, string confirm) =>
        await browser.PostAsync(await OpenAsync(Path(identifier)), $"{Path(identifier)}/open", ("confirm", confirm));

    public async Task<BrowserPage> RestoreAsync(string identifier, int version) =>
        await browser.PostAsync(await OpenAsync(Path(identifier)), $"{Path(identifier)}/restore", ("restore", $"{version}"));

    /// <summary>Opens a page and sends its form.</summary>
    public async Task<BrowserPage> PostAsync(string path, string action, params (string, string)[] fields) => await browser.PostAsync(await OpenAsync(path), action, fields);

    public Task<BrowserPage> PostFieldsAsync(string action, IReadOnlyDictionary<string, string> fields) =>
        browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, node.Url(action, Host)) { Content = new FormUrlEncodedContent(fields) });

    /// <summary>A form that no page offers, with a good token.</summary>
    public async Task<BrowserPage> ForgeAsync(string action, params (string Name, string Value)[] fields)
    {
        var hidden = (await OpenAsync("/associations")).Form("/associations");
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, node.Url(action, Host))
        {
            Content = new FormUrlEncodedContent(hidden.Select(f => (f.Key, f.Value)).Where(f => f.Key != "identifier").Concat(fields).ToDictionary(f => f.Item1, f => f.Item2)),
        });
    }

    public static void Saved(BrowserPage page) => Assert.True(page.Status == HttpStatusCode.SeeOther, $"{page.Url} {(int)page.Status}: {page.Document.Body?.TextContent}");

    public void Dispose() => browser.Dispose();
}
