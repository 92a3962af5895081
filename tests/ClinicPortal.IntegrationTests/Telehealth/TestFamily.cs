using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Families, and whoever else comes by a link, in browsers of their own.</summary>
internal sealed class TestFamily(PortalFixture portal)
{
    public const string ClinicMail = "clinic1.doctor@setagaya.example";

    private TestEvening Evening => new(portal.Node, portal.Database);

    public Uri Url(string path) => portal.Node.Url(path, Evening.Host);

    public Task<Browser> ClinicAsync() => Browser.SignInAsync(portal.Node, ClinicMail, Evening.Host);

    public Task<BrowserPage> OpenAsync(Browser browser, string path) => browser.OpenAsync(Url(path));

    public async Task<string> TextAsync(Browser browser, string path) => (await OpenAsync(browser, path)).Document.QuerySelector("main")!.TextContent;

    /// <summary>The clinic gives the family a link to ask for times by, and the family opens it.</summary>
    public async Task<Browser> OpenPatientLinkAsync(Guid patient)
    {
        using var clinic = await ClinicAsync();
        var given = await clinic.PostAsync(await OpenAsync(clinic, $"/patients/{patient}/booking-links"), $"/patients/{patient}/booking-links");
        var shown = (await clinic.OpenAsync(given.Location!)).Document;
        return await Evening.OpenLinkAsync(shown.QuerySelector(".secret")!.TextContent, shown.QuerySelector(".facts strong")!.TextContent, await BirthDateAsync(patient));
    }

    public async Task<DateOnly> BirthDateAsync(Guid patient) =>
        DateOnly.FromDateTime(await portal.Database.ReadAsync<DateTime>("SELECT birth_date::timestamp FROM patients.patient WHERE id = $1", patient));

    /// <param name="to">In UTC, as forms say it.</param>
    public async Task MoveAsync(Browser browser, string steps, string to, string? word)
    {
        var page = await OpenAsync(browser, $"{steps}/move");
        var moved = await browser.PostAsync(page, $"{steps}/move", ("slot", TestEvening.SlotOf(page, Evening.Doctor(), to)), ("reason", word ?? ""));
        Assert.True(moved.Status == HttpStatusCode.SeeOther, moved.Document.Body!.TextContent);
    }

    /// <summary>A form as somebody sends it who has it from elsewhere.</summary>
    public Task<BrowserPage> SendAsync(Browser browser, string path, Dictionary<string, string> form, params (string Name, string Value)[] fields)
    {
        var sent = new Dictionary<string, string>(form);
        foreach (var (name, value) in fields)
        {
            sent[name] = value;
        }
        return browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = new FormUrlEncodedContent(sent) });
    }

    /// <summary>How often the appointment has been moved or called off.</summary>
    public Task<int> SequenceAsync(Guid appointment) => portal.Database.ReadAsync<int>("SELECT sequence FROM telehealth.appointment WHERE id = $1", appointment);

    public static async Task<T> DoneAsync<T>(Task<Result<T>> running)
    {
        var result = await running;
        Assert.True(result.Succeeded, result.Succeeded ? "" : result.Errors[0].Code);
        return result.Value;
    }
}
