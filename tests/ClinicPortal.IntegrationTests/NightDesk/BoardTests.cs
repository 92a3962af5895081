using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.NightDesk;

public sealed class BoardTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight setagaya = new(portal);

    [Fact]
    public async Task Board_OfTheDesk_HasOpenCasesOfEveryAssociation_MostUrgentFirst()
    {
        var patient = await setagaya.PatientAsync();
        var yellow = await OpenAsync(new { patientId = patient, complaint = "咳" }, "yellow");
        var unknown = await OpenAsync(new { association = "tamagawa", patient = new { name = "山本 太郎" }, complaint = "発熱" }, null);
        var red = await OpenAsync(new { patientId = patient, complaint = "意識がない" }, "red");
        var closed = await OpenAsync(new { patientId = patient, complaint = "薬の相談" }, "white");
        (await setagaya.Desk.PostAsync($"/api/v1/cases/{closed}/outcome", new { outcome = "phone-advice", doctorName = "佐々木" })).Expect(HttpStatusCode.OK);

        var board = await (await DeskAsync()).OpenAsync(Url("/board"));

        var rows = board.Document.QuerySelectorAll(".desk-case").Select(a => Guid.Parse(a.GetAttribute("href")!["/cases/".Length..])).ToList();
        Assert.Equal([red, unknown, yellow], rows.Where(id => id == red || id == unknown || id == yellow));
        Assert.DoesNotContain(closed, rows);
        Assert.Contains(board.Document.QuerySelectorAll(".desk-done"), a => a.GetAttribute("href") == $"/cases/{closed}");
        Assert.Contains("玉川", board.Document.QuerySelector($"[href='/cases/{unknown}']")!.TextContent);
    }

    [Fact]
    public async Task Board_OfTheDesk_IsReadInFourRoundTrips()
    {
        await setagaya.RequestAsync(await setagaya.PatientAsync());
        using var desk = await DeskAsync();
        await desk.OpenAsync(Url("/board"));
        using var roundTrips = new RoundTrips();

        var board = await desk.SendAsync(roundTrips.Watch(new HttpRequestMessage(HttpMethod.Get, Url("/board"))));

        Assert.Equal(HttpStatusCode.OK, board.Status);
        Assert.InRange(roundTrips.Count, 1, 4);
    }

    [Fact]
    public async Task LiveBoard_WithNothingNewOnIt_AddsNothingToTheAccessLog()
    {
        await OpenAsync(new { patientId = await setagaya.PatientAsync(), complaint = "腹痛" }, null);
        using var desk = await DeskAsync();
        await desk.OpenAsync(Url("/board"));
        var before = await EntriesAsync();

        await desk.OpenAsync(Url("/board/live"));
        var afterRefresh = await EntriesAsync();
        await desk.OpenAsync(Url("/board"));

        Assert.Equal(before, afterRefresh);
        Assert.True(await EntriesAsync() > before);
    }

    [Fact]
    public async Task Board_OfAnotherClinic_DoesNotHaveTheCase()
    {
        var opened = await OpenAsync(new { patientId = await setagaya.PatientAsync(primary: 1), complaint = "転倒" }, null);
        using var own = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        using var other = await Browser.SignInAsync(portal.Node, "clinic2@setagaya.example", "setagaya.localhost");

        var ownBoard = await own.OpenAsync(portal.Node.Url("/board", "setagaya.localhost"));
        var otherBoard = await other.OpenAsync(portal.Node.Url("/board", "setagaya.localhost"));
        var otherCase = await other.OpenAsync(portal.Node.Url($"/cases/{opened}", "setagaya.localhost"));

        Assert.NotNull(ownBoard.Document.QuerySelector($"[href='/cases/{opened}']"));
        Assert.Null(ownBoard.Document.QuerySelector(".desk-units"));
        Assert.Null(otherBoard.Document.QuerySelector($"[href='/cases/{opened}']"));
        Assert.Equal(HttpStatusCode.NotFound, otherCase.Status);
    }

    [Fact]
    public async Task Board_WherePhysiciansPairUp_SaysThatAUnitIsBusy_WithoutNamingAnothersCase()
    {
        var koto = new TestNight(portal, "koto");
        var patient = await portal.Database.ReadAsync<Guid>(
            "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 AND secondary_clinic_id IS DISTINCT FROM $2 LIMIT 1", koto.ClinicId(1), koto.ClinicId(2));
        var (opened, _) = await koto.RequestAsync(patient);
        using var other = await Browser.SignInAsync(portal.Node, "clinic2@koto.example", "koto.localhost");

        var board = await other.OpenAsync(portal.Node.Url("/board", "koto.localhost"));

        var unit = board.Document.QuerySelectorAll(".desk-unit").Single(u => u.TextContent.Contains("江東1号車", StringComparison.Ordinal));
        Assert.Contains("出動要請中", unit.TextContent);
        Assert.Null(unit.QuerySelector("a[href^='/cases/']"));
        Assert.DoesNotContain(opened.ToString(), board.Document.DocumentElement.OuterHtml);
    }

    private async Task<Guid> OpenAsync(object body, string? level)
    {
        var opened = (await setagaya.Desk.PostAsync("/api/v1/cases", body)).Expect(HttpStatusCode.Created).Id;
        if (level is not null)
        {
            (await setagaya.Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level, reason = "電話での聞き取り" })).Expect(HttpStatusCode.OK);
        }
        return opened;
    }

    private Task<long> EntriesAsync() => portal.Database.ReadAsync<long>(
        "SELECT count(*) FROM app.audit_entry WHERE action IN ('Listed', 'Refreshed') AND tenant_id = $1", StableId.Of("tenant", "setagaya"));

    private Task<Browser> DeskAsync() => Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");

    private Uri Url(string path) => portal.Node.Url(path, "desk.localhost");
}
