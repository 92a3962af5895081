using System.Net;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Routes;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Web;

public sealed class FormAttackTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Script = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    [Fact]
    public async Task EveryForm_WithoutItsToken_DoesNothing()
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", "setagaya.localhost");
        var before = await CountsAsync();
        var done = new List<string>();
        foreach (var route in PortalRoute.AllOf(portal.Node).Where(r => r is { Method: "POST", IsApi: false, IsAnonymous: false } && r.AllowedRoles!.Contains(Roles.ClinicDoctor)))
        {
            var answer = await clinic.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url(route.Path()))
            {
                Content = new FormUrlEncodedContent([new("idempotency-key", Guid.NewGuid().ToString()), new("familyName", "偽造"), new("email", "evil@example.jp")]),
            });
            // A search without its token leads to the page without it.
            if ((int)answer.Status < 400 && !route.Pattern.EndsWith("/search", StringComparison.Ordinal) && !route.Pattern.StartsWith("/live", StringComparison.Ordinal))
            {
                done.Add($"{route}: {(int)answer.Status} {answer.Location}");
            }
        }

        Assert.Equal([], done);
        Assert.Equal(before, await CountsAsync());
    }

    [Fact]
    public async Task FieldsThatTheFormDoesNotHave_AreNeverBound()
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        var (foreign, chosen) = (StableId.Of("tenant", "koto"), Guid.NewGuid());

        var sent = await clinic.PostAsync(await clinic.OpenAsync(Url("/patients/new")), "/patients/new",
            ("familyName", "割当"), ("givenName", "試験"), ("familyKana", "ワリアテ"), ("givenKana", "シケン"), ("birthDate", "1940-01-01"), ("sex", "Female"), ("address", "世田谷区経堂1-1-1"),
            ("id", chosen.ToString()), ("Id", chosen.ToString()), ("tenantId", foreign.ToString()), ("TenantId", foreign.ToString()), ("primaryClinic", StableId.Of("setagaya", "clinic2").ToString()),
            ("primaryClinicId", StableId.Of("setagaya", "clinic2").ToString()), ("PrimaryClinicId", StableId.Of("setagaya", "clinic2").ToString()), ("registeredAt", "2000-01-01"));

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT tenant_id = $1 AND primary_clinic_id = $2 AND id <> $3 AND registered_at > '2026-01-01' FROM patients.patient WHERE family_name = '割当'",
            StableId.Of("tenant", "setagaya"), StableId.Of("setagaya", "clinic1"), chosen));
    }

    [Fact]
    public async Task WhatACallerSays_IsShownAsText_AndNeverAsMarkup()
    {
        var night = new TestNight(portal);
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new
        {
            association = "setagaya",
            caller = new { kind = "other", name = Script },
            patient = new { name = Script, address = Script },
            complaint = Script,
        })).Expect(HttpStatusCode.Created).Id;
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "orange", reason = Script })).Expect(HttpStatusCode.OK);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");

        foreach (var path in new[] { "/board", $"/cases/{opened}", "/paper" })
        {
            var page = await desk.OpenAsync(portal.Node.Url(path, "desk.localhost"));

            Assert.Contains(Script, page.Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Empty(page.Document.QuerySelectorAll("[onerror], script:not([src])"));
        }
    }

    [Fact]
    public async Task UploadThatIsNoList_IsRefusedBesideItsField()
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        byte[][] files =
        [
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13],
            [(byte)'P', (byte)'K', 3, 4, 20, 0, 6, 0],
            Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj"),
            Encoding.ASCII.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            Encoding.ASCII.GetBytes("MZ\0\0"),
            new byte[6 * 1024 * 1024],
        ];
        foreach (var file in files)
        {
            var page = await clinic.OpenAsync(Url("/patients/import"));
            var content = new MultipartFormDataContent();
            foreach (var (name, value) in page.Form("/patients/import"))
            {
                content.Add(new StringContent(value), name);
            }
            content.Add(new ByteArrayContent(file), "file", "../../patients.csv");

            var sent = await clinic.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = content });

            Assert.Equal(HttpStatusCode.UnprocessableEntity, sent.Status);
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient_import"));
    }

    private async Task<string> CountsAsync() => await portal.Database.ReadAsync<string>("""
        SELECT concat_ws('/', (SELECT count(*) FROM patients.patient), (SELECT count(*) FROM nightdesk.case), (SELECT count(*) FROM nightdesk.case_event),
          (SELECT count(*) FROM identity.account), (SELECT count(*) FROM identity.membership), (SELECT count(*) FROM patients.patient_import))
        """);

    private Uri Url(string path) => portal.Node.Url(path, "setagaya.localhost");
}
