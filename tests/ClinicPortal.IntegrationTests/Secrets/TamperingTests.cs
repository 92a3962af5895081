using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Secrets;

/// <summary>The database's owner may write anything into a row; it cannot write anything that opens.</summary>
public sealed class TamperingTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Chart = "patients.patient.sealed_chart";
    private const string Place = "patients.patient.sealed_place";

    [Fact]
    public async Task ChartsOfTwoPatients_Swapped_AreRefusedAsTamperedWith_AndNotShown()
    {
        var patients = await OwnPatientsAsync(1);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", "setagaya.localhost");
        Assert.Equal(HttpStatusCode.OK, (await OpenAsync(clinic, patients[0])).Status);

        await portal.Database.ExecuteAsync("""
            UPDATE patients.patient p SET sealed_chart = other.sealed_chart FROM patients.patient other
            WHERE (p.id, other.id) IN (($1, $2), ($2, $1))
            """, patients[0], patients[1]);

        foreach (var id in patients.Take(2))
        {
            var page = await OpenAsync(clinic, id);
            Assert.Equal(HttpStatusCode.InternalServerError, page.Status);
            Assert.Contains("改ざん", page.Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Null(page.Document.QuerySelector(".summary"));
        }
    }

    [Fact]
    public async Task BoxOfAnotherColumnOrAssociation_OrWithOneBitChanged_OrInTheOpen_DoesNotOpen()
    {
        var id = (await OwnPatientsAsync(2))[0];
        var (tenant, other) = (StableId.Of("tenant", "setagaya"), StableId.Of("tenant", "koto"));
        var vault = portal.Database.Vault;
        var box = vault.Close(Place, tenant, id, "{}"u8);
        byte[] changed = [.. box];
        changed[^1] ^= 1;
        byte[] renamed = [.. box];
        renamed[4] ^= 2;

        Assert.Equal("{}"u8, vault.Open(Place, tenant, id, box));
        Refused(() => vault.Open(Chart, tenant, id, box));
        Refused(() => vault.Open(Place, other, id, box));
        Refused(() => vault.Open(Place, tenant, Guid.NewGuid(), box));
        Refused(() => vault.Open(Place, tenant, id, changed));
        Refused(() => vault.Open(Place, tenant, id, renamed));
        Refused(() => vault.Open(Place, tenant, id, "{\"address\":\"経堂\"}"u8));
        Refused(() => vault.Open(Place, tenant, id, []));
    }

    [Fact]
    public async Task CaseThatWasTamperedWith_StandsOnTheBoardAsSuch_AndTakesNoOtherAway()
    {
        var night = new TestNight(portal);
        var patients = await OwnPatientsAsync(3);
        var (bad, _) = await night.RequestAsync(patients[0]);
        (await night.Desk.PostAsync("/api/v1/cases", new { patientId = patients[1], caller = new { kind = "family" }, complaint = "転倒した" })).Expect(HttpStatusCode.Created);
        await portal.Database.ExecuteAsync("UPDATE nightdesk.case SET sealed_told = sha256('x') WHERE id = $1", bad);

        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var board = await desk.OpenAsync(portal.Node.Url("/board", "desk.localhost"));

        Assert.Equal(HttpStatusCode.OK, board.Status);
        Assert.Contains("改ざん", board.Document.GetElementById(bad.ToString())!.TextContent, StringComparison.Ordinal);
        Assert.Contains("転倒した", board.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("record-tampered", (await night.Desk.GetAsync($"/api/v1/cases/{bad}")).Code);
    }

    [Fact]
    public void BoxReadWithOneRow_CannotBeWrittenIntoAnother()
    {
        Sealed<string> value = "秘密";
        value.Close(portal.Database.Vault, Place, StableId.Of("tenant", "setagaya"), Guid.NewGuid());

        Assert.Throws<InvalidOperationException>(() => value.Close(portal.Database.Vault, Place, StableId.Of("tenant", "setagaya"), Guid.NewGuid()));
        Assert.Throws<InvalidOperationException>(() => Sealed<PatientPlace>.Stored([1], Place).Value);
        Assert.Throws<InvalidOperationException>(() => ((Sealed<string>)"秘密").Box);
    }

    private Task<IReadOnlyList<Guid>> OwnPatientsAsync(int clinic) => portal.Database.ReadAllAsync<Guid>(
        "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY chart_number", StableId.Of("setagaya", $"clinic{clinic}"));

    private Task<BrowserPage> OpenAsync(Browser clinic, Guid patient) => clinic.OpenAsync(portal.Node.Url($"/patients/{patient}", "setagaya.localhost"));

    private static void Refused(Func<byte[]> open) => Assert.Throws<TamperedException>(open);
}
