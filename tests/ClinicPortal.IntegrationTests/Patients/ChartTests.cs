using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>Who opens whose chart.</summary>
public sealed class ChartTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private static readonly Guid OfClinic4 = StableId.Of("setagaya", "patient", "S0001");

    [Fact]
    public async Task Clinic_OpensItsPatientsChart_AndIsOnRecord()
    {
        var page = await OpenAsync("clinic4.doctor@setagaya.example", OfClinic4);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("アスピリン喘息", page.Document.QuerySelector(".summary-alerts")!.TextContent, StringComparison.Ordinal);
        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'patient' AND $1 = ANY (record_ids))", OfClinic4));
    }

    [Fact]
    public async Task AnotherClinicsPatient_IsAnsweredLikeOneThatDoesNotExist()
    {
        var others = await OpenAsync("clinic1.doctor@setagaya.example", OfClinic4);
        var nobody = await OpenAsync("clinic1.doctor@setagaya.example", Guid.NewGuid());

        Assert.Equal(HttpStatusCode.NotFound, others.Status);
        Assert.Equal(nobody.Status, others.Status);
        Assert.Equal(nobody.Document.Title, others.Document.Title);
    }

    [Theory]
    [InlineData("facility1@setagaya.example", HttpStatusCode.NotFound)]
    [InlineData("secretariat@setagaya.example", HttpStatusCode.Forbidden)]
    public async Task FacilityAndSecretariat_OpenNoChart(string email, HttpStatusCode refusal) => Assert.Equal(refusal, (await OpenAsync(email, OfClinic4)).Status);

    [Fact]
    public async Task Facility_SeesItsResidentsAndNobodyElse()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "facility1@setagaya.example", Setagaya);

        var page = await browser.GetAsync(portal.Node.Url("/patients", Setagaya));

        var rows = page.Document.QuerySelectorAll("tbody tr").Select(row => row.TextContent).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains("千歳の杜", row, StringComparison.Ordinal));
        // It may ask for a consultation; the charts are not its to open.
        Assert.Empty(page.Document.QuerySelectorAll("tbody a[href^='/patients/']:not([href$='/book'])"));
    }

    private async Task<BrowserPage> OpenAsync(string email, Guid patient)
    {
        using var browser = await Browser.SignInAsync(portal.Node, email, Setagaya);
        return await browser.GetAsync(portal.Node.Url($"/patients/{patient}", Setagaya));
    }
}
