using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Visits;

public sealed class ReportPagesTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight night = new(portal);

    [Fact]
    public async Task Form_Refused_KeepsWhatWasTypedAndSaysWhatIsWrong()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());
        using var doctor = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", "desk.localhost");
        var path = $"/phone/cases/{visited}/report";
        var form = await doctor.OpenAsync(portal.Node.Url(path, "desk.localhost"));

        var refused = await doctor.PostAsync(
            form, path, ("do", "submit"), ("findings", "右下肺野に湿性ラ音"), ("vitals.temperature", "３８．９"), ("vitals.pulse", "たくさん"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("右下肺野に湿性ラ音", refused.Document.QuerySelector("#findings")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("３８．９", refused.Document.QuerySelector("#temperature")!.GetAttribute("value"));
        Assert.Contains("数字で入力してください。", refused.Document.QuerySelector("#pulse-message")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_OverANewerDraft_ShowsWhatTheOtherOneSaved()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());
        using var doctor = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", "desk.localhost");
        var path = $"/phone/cases/{visited}/report";
        var form = await doctor.OpenAsync(portal.Node.Url(path, "desk.localhost"));
        (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", new { findings = "車の端末で書いた" })).Expect(HttpStatusCode.OK);

        var refused = await doctor.PostAsync(form, path, ("do", "draft"), ("findings", "手元で書いた"));
        var insisted = await doctor.PostAsync(refused, path, ("do", "draft"), ("findings", "手元で書いた"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("手元で書いた", refused.Document.QuerySelector("#findings")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("車の端末で書いた", refused.Document.QuerySelector("#findings-message")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, insisted.Status);
    }

    [Fact]
    public async Task Inbox_UnreadFirst_IsConfirmedInOneClick()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync());
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        var inbox = await clinic.OpenAsync(portal.Node.Url("/inbox", "setagaya.localhost"));
        var first = inbox.Document.QuerySelector("article")!;
        Assert.Contains("未読", first.TextContent, StringComparison.Ordinal);
        Assert.Contains("右下肺野に湿性ラ音を聴取", first.TextContent, StringComparison.Ordinal);

        var confirmed = await clinic.PostAsync(inbox, $"/reports/{report}/acknowledge");

        Assert.Equal((HttpStatusCode.SeeOther, "/inbox"), (confirmed.Status, confirmed.Location!.AbsolutePath));
        var after = await clinic.OpenAsync(confirmed.Location);
        Assert.Contains("確認済", after.Document.QuerySelector($"#report-{report}")!.Closest("article")!.TextContent, StringComparison.Ordinal);
        Assert.Null(after.Document.QuerySelector($"form[action='/reports/{report}/acknowledge']"));
    }

    [Fact]
    public async Task Letter_NamesTheThreeInstitutionsAndErasOfDates()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync(), unit: 2);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", "setagaya.localhost");

        var letter = await clinic.OpenAsync(portal.Node.Url($"/reports/{report}/print", "setagaya.localhost"));

        var text = letter.Document.Body!.TextContent;
        Assert.All(["往診報告書", "令和8年11月2", "実施医療機関", "雇用元", "算定・請求元", "世田谷区医師会診療所", "御中"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sheet_OfAVisitInThePrimaryClinicsName_IsItsRecord_AndNoLetterToItself()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync(), unit: 1);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", "setagaya.localhost");

        var sheet = await clinic.OpenAsync(portal.Node.Url($"/reports/{report}/print", "setagaya.localhost"));

        var text = sheet.Document.Body!.TextContent;
        Assert.Contains("往診記録", text, StringComparison.Ordinal);
        Assert.All(["御中", "貴院"], part => Assert.DoesNotContain(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Facility_DoesNotReadReports_UnlessAClinicLetsIt()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync());
        using var facility = await Browser.SignInAsync(portal.Node, "facility1@setagaya.example", "setagaya.localhost");

        Assert.Equal(HttpStatusCode.NotFound, (await facility.OpenAsync(portal.Node.Url($"/reports/{report}", "setagaya.localhost"))).Status);
    }
}
