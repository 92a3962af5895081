using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>A clinic registers one patient and keeps the summary up to date.</summary>
public sealed class WritePatientTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Place = "patients.patient.sealed_place";

    private const string Setagaya = "setagaya.localhost";
    private const string New = "/patients/new";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registered_PatientIsFoundAndHasEverythingThatWasWritten()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");
        var form = await clinic.OpenAsync(Url(New));

        var sent = await clinic.PostAsync(form, New, [
            .. Person("新規", "太郎"), ("familyKana", "ユイイツ"), ("phone", "0355551111"), ("diagnoses", "慢性心不全\r\n心房細動"), ("allergies", "ペニシリン"), ("dnar", "true"),
            ("acp.signer", "新規 花子"), ("devices.0.name", "胃瘻カテーテル"), ("devices.0.size", "20Fr"), ("devices.0.changed", "2026-11-01"),
            ("keyPersons.1.name", "新規 花子"), ("keyPersons.1.relation", "妻"), ("keyPersons.1.phone", "09011112222"),
            ("facility", StableId.Of("setagaya", "facility1").ToString()), ("secondaryClinic", StableId.Of("setagaya", "clinic2").ToString()),
            ("entry", "キーボックス"), ("standingInstructions", "38度で往診"), ("burden", "1"),
        ]);

        var chart = await clinic.OpenAsync(sent.Location!);
        var told = chart.Document.QuerySelector(".summary")!.TextContent;
        foreach (var written in new[] { "新規 太郎", "03-5555-1111", "心房細動", "ペニシリン", "胃瘻カテーテル", "新規 花子", "090-1111-2222", "千歳の杜", "キーボックス", "38度で往診" })
        {
            Assert.Contains(written, told, StringComparison.Ordinal);
        }
        var id = Guid.Parse(sent.Location!.Segments[^1]);
        Assert.Contains("keyPersons", await FieldsAsync(id), StringComparison.Ordinal);
        Assert.Equal([id], await FoundAsync("1", "09011112222"));
        Assert.Equal([id], await FoundAsync("1", "ユイイツ タロウ"));
    }

    [Fact]
    public async Task BadInput_IsRefusedBesideItsFields_WithEverythingTyped()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");
        var form = await clinic.OpenAsync(Url(New));

        var refused = await clinic.PostAsync(form, New, [
            .. Person("誤記", "次郎"), ("familyKana", "gokI"), ("birthDate", "昭和64年2月30日"), ("address", "大阪市北区梅田1-1"), ("phone", "12"),
            ("careManager.phone", "03-5555-0001"), ("keyPersons.2.name", "誤記 花子"), ("medicines", "フロセミド\nビソプロロール"),
        ]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        foreach (var field in new[] { "familyKana", "birthDate", "address", "phone", "careManager.name", "keyPersons.2.phone" })
        {
            Assert.True(refused.Document.GetElementById($"{field}-message") is not null, $"{field} has no message.");
        }
        Assert.Equal("大阪市北区梅田1-1", Value(refused, "address"));
        Assert.Equal("誤記 花子", Value(refused, "keyPersons.2.name"));
        Assert.Equal("フロセミド\nビソプロロール", refused.Document.QuerySelector<IHtmlTextAreaElement>("[name=medicines]")!.Value);
        Assert.NotNull(refused.Document.QuerySelector("input[name=sex][value=Female][checked]"));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE family_name = '誤記'"));
        // Corrected, the same page may be sent again.
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(refused, New, Person("誤記", "次郎"))).Status);
    }

    [Fact]
    public async Task SamePersonOrChartNumberOfTheClinic_IsRefused()
    {
        using var clinic = await SignInAsync("clinic2@setagaya.example");
        var form = await clinic.OpenAsync(Url(New));
        (string, string)[] twin = [.. Person("重複", "一人"), ("chartNumber", "W-1")];
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(form, New, twin)).Status);

        var refused = await clinic.PostAsync(await clinic.OpenAsync(Url(New)), New, twin);
        // Another clinic does not learn of it.
        using var other = await SignInAsync("clinic3@setagaya.example");
        var elsewhere = await other.PostAsync(await other.OpenAsync(Url(New)), New, twin);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.GetElementById("familyName-message"));
        Assert.NotNull(refused.Document.GetElementById("chartNumber-message"));
        Assert.Equal(HttpStatusCode.SeeOther, elsewhere.Status);
    }

    [Fact]
    public async Task FormSentTwice_RegistersOnce()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");
        var form = await clinic.OpenAsync(Url(New));

        var first = await clinic.PostAsync(form, New, Person("二回", "送信"));
        var second = await clinic.PostAsync(form, New, Person("二回", "送信"));

        Assert.Equal(first.Location, second.Location);
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE family_name = '二回'"));
    }

    [Fact]
    public async Task Edited_PatientIsFoundByTheNewNameAndNumberAndNoLongerByTheOld()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");
        var id = await RegisterAsync(clinic, "旧姓", "花子", ("familyKana", "キュウセイ"), ("givenKana", "ハナコ"), ("phone", "03-5555-7771"));
        var place = await portal.Database.OpenAsync<PatientPlace>(Place, id) with { Latitude = 35.6400001 };
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET sealed_place = $2 WHERE id = $1", id, portal.Database.Vault.Close(
            Place, StableId.Of("tenant", "setagaya"), id, JsonSerializer.SerializeToUtf8Bytes(place, JsonSerializerOptions.Web)));

        var sent = await EditAsync(clinic, id, ("familyName", "新姓"), ("familyKana", "シンセイ"), ("phone", "03-5555-7772"));

        Assert.Equal($"/patients/{id}", sent.Location!.AbsolutePath);
        Assert.Equal([id], await FoundAsync("1", "シンセイハナ"));
        Assert.Equal([id], await FoundAsync("1", "5557772"));
        Assert.Empty(await FoundAsync("1", "キュウセイハナ"));
        Assert.Empty(await FoundAsync("1", "5557771"));
        Assert.Equal([id], await FoundAsync("1", "ハナコ 5557772"));
        Assert.Equal("familyKana, familyName, phone", await FieldsAsync(id));
        Assert.Equal(place, await portal.Database.OpenAsync<PatientPlace>(Place, id));
        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'patient' AND $1 = ANY (record_ids))", id));
    }

    [Fact]
    public async Task FormShownBeforeSomebodyElseWrote_TakesOverTheirsAndKeepsWhatWasTyped()
    {
        using var first = await SignInAsync("clinic1@setagaya.example");
        using var second = await SignInAsync("clinic1.doctor@setagaya.example");
        var id = await RegisterAsync(first, "競合", "試験", ("allergies", "なし"), ("entry", "玄関"), ("keyPersons.0.name", "競合 一郎"), ("keyPersons.0.phone", "03-5555-0001"));
        var shownToFirst = await first.OpenAsync(Url($"/patients/{id}/edit"));
        await EditAsync(second, id, ("allergies", "ペニシリン"), ("entry", "勝手口"), ("keyPersons.0.name", "競合 二郎"));

        var refused = await SendAsync(first, shownToFirst, ("entry", "裏口"), ("phone", "03-5555-0009"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("ほかの人", refused.Refusal, StringComparison.Ordinal);
        Assert.Equal("ペニシリン", Area(refused, "allergies"));
        Assert.Contains("なし", refused.Document.GetElementById("allergies-message")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("裏口", Area(refused, "entry"));
        Assert.Contains("勝手口", refused.Document.GetElementById("entry-message")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("競合 二郎", Value(refused, "keyPersons.0.name"));
        Assert.Equal("03-5555-0009", Value(refused, "phone"));
        // Seen now, it may be sent again.
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(first, refused)).Status);
        var chart = await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", id);
        Assert.Equal(("裏口", "ペニシリン", "競合 二郎"), (chart.Entry, chart.Allergies[0], chart.KeyPersons[0].Name));
        Assert.Equal("03-5555-0009", await portal.Database.ReadAsync<string>("SELECT phone FROM patients.patient WHERE id = $1", id));
    }

    [Theory]
    [InlineData("clinic2@setagaya.example", Setagaya)]
    [InlineData("clinic1@tamagawa.example", "tamagawa.localhost")]
    public async Task PatientOfAnotherClinic_CannotBeEdited(string email, string host)
    {
        using var own = await SignInAsync("clinic1@setagaya.example");
        var id = await RegisterAsync(own, "他院", email);
        using var other = await Browser.SignInAsync(portal.Node, email, host);

        var shown = await other.GetAsync(portal.Node.Url($"/patients/{id}/edit", host));
        var form = await other.OpenAsync(portal.Node.Url(New, host));
        var fields = form.Form(New).Concat(Person("改変", "患者").Select(f => KeyValuePair.Create(f.Name, f.Value))).DistinctBy(f => f.Key);
        var sent = await other.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/patients/{id}/edit", host)) { Content = new FormUrlEncodedContent(fields) });

        Assert.Equal(HttpStatusCode.NotFound, shown.Status);
        Assert.Equal(HttpStatusCode.NotFound, sent.Status);
        Assert.Equal("他院", await portal.Database.ReadAsync<string>("SELECT family_name FROM patients.patient WHERE id = $1", id));
    }

    [Fact]
    public async Task SecondaryPhysiciansClinic_ReadsTheChartAndDoesNotEditIt()
    {
        var patient = await portal.Database.ReadAsync<Guid>(
            "SELECT id FROM patients.patient WHERE secondary_clinic_id = $1 AND primary_clinic_id <> $1 LIMIT 1", StableId.Of("koto", "clinic1"));
        using var secondary = await Browser.SignInAsync(portal.Node, "clinic1@koto.example", "koto.localhost");

        var chart = await secondary.GetAsync(portal.Node.Url($"/patients/{patient}", "koto.localhost"));
        var edit = await secondary.GetAsync(portal.Node.Url($"/patients/{patient}/edit", "koto.localhost"));

        Assert.Equal(HttpStatusCode.OK, chart.Status);
        Assert.Null(chart.Document.QuerySelector("a[href$='/edit']"));
        Assert.Equal(HttpStatusCode.NotFound, edit.Status);
    }

    [Fact]
    public async Task EditedChart_ChangesBesideTheOpenCase()
    {
        var night = new TestNight(portal);
        var patient = await night.PatientAsync();
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family" } })).Expect(HttpStatusCode.Created).Id;
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var page = await desk.OpenAsync(portal.Node.Url($"/cases/{opened}", "desk.localhost"));
        await using var live = await LiveConnection.OpenAsync(portal.Node, desk, page, Cancellation);
        using var clinic = await SignInAsync("clinic1@setagaya.example");

        await EditAsync(clinic, patient, ("standingInstructions", "今夜は酸素2Lまで"));

        await live.ChangedAsync(LiveTopics.Patient(patient), Cancellation);
        var frame = page.Document.QuerySelector($"turbo-frame[data-live~='{LiveTopics.Patient(patient)}']")!;
        var again = await desk.GetAsync(new Uri(page.Url, frame.GetAttribute("src")!));
        Assert.Contains("今夜は酸素2Lまで", again.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_KeepsWhatStoodThereBefore_ForTheClinicToRead()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");
        var id = await RegisterAsync(clinic, "履歴", "太郎", ("standingInstructions", "38度で往診"), ("phone", "03-5555-7777"));
        await EditAsync(clinic, id, ("standingInstructions", "39度で往診"));
        await EditAsync(clinic, id, ("standingInstructions", "往診は電話の後"), ("phone", ""));
        await EditAsync(clinic, id);

        var history = await clinic.OpenAsync(Url($"/patients/{id}/history"));

        Assert.Equal(
            ["電話番号|03-5555-7777|空欄", "主治医の指示|39度で往診|往診は電話の後", "主治医の指示|38度で往診|39度で往診"],
            history.Document.QuerySelectorAll("tbody tr").Select(row => string.Join('|', row.QuerySelectorAll("th, td").Select(cell => cell.TextContent.Trim()))));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => portal.Database.App.CreateCommand("UPDATE patients.patient_version SET changed = '{}'").ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("39度で往診", (await (await SignInAsync("clinic2@setagaya.example")).GetAsync(Url($"/patients/{id}/history"))).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    private static (string Name, string Value)[] Person(string family, string given) =>
    [
        ("familyName", family), ("givenName", given), ("familyKana", "シンキ"), ("givenKana", "タロウ"), ("birthDate", "S15.3.2"), ("sex", "Female"),
        ("address", "世田谷区経堂1-38-2"), ("phone", ""), ("careManager.phone", ""), ("keyPersons.2.name", ""),
    ];

    private async Task<Guid> RegisterAsync(Browser clinic, string family, string given, params (string Name, string Value)[] fields)
    {
        var written = fields.Concat(Person(family, given)).DistinctBy(f => f.Name).ToArray();
        var sent = await clinic.PostAsync(await clinic.OpenAsync(Url(New)), New, written);
        Assert.True(sent.Status == HttpStatusCode.SeeOther, sent.Document.Body!.TextContent);
        return Guid.Parse(sent.Location!.Segments[^1]);
    }

    private async Task<BrowserPage> EditAsync(Browser clinic, Guid id, params (string Name, string Value)[] fields)
    {
        // The access log is in the order of its times.
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        var sent = await SendAsync(clinic, await clinic.OpenAsync(Url($"/patients/{id}/edit")), fields);
        Assert.True(sent.Status == HttpStatusCode.SeeOther, sent.Document.Body!.TextContent);
        return sent;
    }

    /// <summary>As a browser does: with everything that stands in the form, in Fluent's elements too.</summary>
    private static Task<BrowserPage> SendAsync(Browser browser, BrowserPage page, params (string Name, string Value)[] fields)
    {
        var form = page.Document.QuerySelector("main form[method=post]")!;
        var standing = form.QuerySelectorAll("fluent-text-input").Select(e => (e.GetAttribute("name")!, e.GetAttribute("value")!))
            .Concat(form.QuerySelectorAll("fluent-checkbox[checked]").Select(e => (e.GetAttribute("name")!, "true")))
            .Concat(form.QuerySelectorAll<IHtmlTextAreaElement>("textarea").Select(e => (e.Name!, e.Value)))
            .Concat(form.QuerySelectorAll<IHtmlSelectElement>("select").Select(e => (e.Name!, e.Value ?? "")));
        return browser.PostAsync(page, form.GetAttribute("action")!, [.. standing, .. fields]);
    }

    private async Task<IReadOnlyList<Guid>> FoundAsync(string clinic, string query)
    {
        using var api = portal.Node.Api($"demo.setagaya.clinic{clinic}");
        return [.. (await api.GetAsync($"/api/v1/patients?query={Uri.EscapeDataString(query)}")).Body.EnumerateArray().Select(p => p.GetProperty("id").GetGuid())];
    }

    private async Task<string> FieldsAsync(Guid patient) =>
        string.Join(", ", (await portal.Database.AuditAsync("action = 'Changed' AND record_kind = 'patient' AND $1 = ANY (record_ids)", patient))[^1].Fields);

    private static string? Value(BrowserPage page, string field) => page.Document.QuerySelector($"fluent-text-input[name='{field}']")!.GetAttribute("value");

    private static string Area(BrowserPage page, string field) => page.Document.QuerySelector<IHtmlTextAreaElement>($"[name='{field}']")!.Value;

    private Task<Browser> SignInAsync(string email) => Browser.SignInAsync(portal.Node, email, Setagaya);

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);
}
