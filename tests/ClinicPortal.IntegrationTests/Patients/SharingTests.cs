using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>What a clinic shares is seen by whom it is shared with, that much, that long, and by nobody else.</summary>
public sealed class SharingTests : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Giver = "clinic1.doctor@setagaya.example";
    private const string Grantee = "clinic2.doctor@setagaya.example";

    private readonly PortalFixture portal;
    private readonly TestNight night;

    public SharingTests(PortalFixture portal)
    {
        this.portal = portal;
        night = new TestNight(portal);
        // A test before has gone on by a day. Tries to sign in are counted by the clock, which never goes back but here.
        if (portal.Clock.Now != NightClock.Start)
        {
            portal.Database.ExecuteAsync("DELETE FROM identity.throttle").GetAwaiter().GetResult();
        }
        portal.Clock.Now = NightClock.Start;
    }

    [Fact]
    public async Task SharedSummary_IsSeenAndFoundByTheGrantee_UntilItIsRevoked()
    {
        var (patient, name) = await PatientAsync(0);
        using var giver = await SignInAsync(Giver);
        using var grantee = await SignInAsync(Grantee);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grantee, $"/patients/{patient}"));
        Assert.DoesNotContain(name, await FoundAsync(grantee, name), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await ShareAsync(giver, patient)).Status);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grantee, $"/patients/{patient}"));
        Assert.Contains(name, await FoundAsync(grantee, name), StringComparison.Ordinal);
        Assert.Contains(name, await TextAsync(grantee, "/sharing", "main"), StringComparison.Ordinal);
        Assert.Contains("shared ", await ReasonAsync(patient), StringComparison.Ordinal);

        // One grant to each at a time: whoever revokes it has ended what is shared.
        var twice = await ShareAsync(giver, patient);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.Status);
        Assert.Contains("すでに共有しています", twice.Document.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await RevokeAsync(giver, patient)).Status);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grantee, $"/patients/{patient}"));
        Assert.DoesNotContain(name, await TextAsync(grantee, "/sharing", "main"), StringComparison.Ordinal);
        Assert.Contains("取り消し済み", await TextAsync(giver, $"/patients/{patient}/sharing", "main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sharing_SentFromManyScreensInOneInstant_IsOneGrant()
    {
        var (patient, _) = await PatientAsync(4);
        using var giver = await SignInAsync(Giver);
        var screens = new List<BrowserPage>();
        while (screens.Count < 8)
        {
            screens.Add(await ShareFormAsync(giver, patient));
        }

        var sent = await Task.WhenAll(screens.Select(screen => giver.PostAsync(screen, $"/patients/{patient}/sharing", Terms("clinic2"))));

        Assert.Single(sent, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.All(sent.Where(answer => answer.Status != HttpStatusCode.SeeOther), answer =>
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Contains("すでに共有しています", answer.Document.Body!.TextContent, StringComparison.Ordinal);
        });
        Assert.Equal(1L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.sharing_grant WHERE patient_id = $1", patient));
        // Whoever looks up and writes in two steps is stopped by the database.
        var refused = await Assert.ThrowsAsync<PostgresException>(() => portal.Database.ExecuteAsync(
            "INSERT INTO patients.sharing_grant SELECT (jsonb_populate_record(g, jsonb_build_object('id', gen_random_uuid()))).* FROM patients.sharing_grant g WHERE patient_id = $1",
            patient));
        Assert.Equal("sharing_grant_one_at_a_time", refused.ConstraintName);
    }

    [Fact]
    public async Task SharedSummary_EndsWithItsLastDay_AndCannotBeRevokedAfterwards()
    {
        var (patient, _) = await PatientAsync(1);
        using var giver = await SignInAsync(Giver);
        await ShareAsync(giver, patient, ("until", "2026-11-23"));
        portal.Clock.Now = new DateTimeOffset(2026, 11, 23, 23, 59, 0, TimeSpan.FromHours(9));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(await SignInAsync(Grantee), $"/patients/{patient}"));

        portal.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(await SignInAsync(Grantee), $"/patients/{patient}"));
    }

    [Fact]
    public async Task Grantee_CannotPassOn_Edit_OrEndWhatIsSharedWithIt_NorIsItsOwnPatientShared()
    {
        var (patient, _) = await PatientAsync(2);
        using var giver = await SignInAsync(Giver);
        using var grantee = await SignInAsync(Grantee);
        using var third = await SignInAsync("clinic3.doctor@setagaya.example");
        await ShareAsync(giver, patient);
        var own = await ShareFormAsync(grantee, await night.PatientAsync(2));
        var form = (await giver.GetAsync(Url($"/patients/{patient}/sharing"))).Document.QuerySelector("form[action$='/revoke']")!.GetAttribute("action")!;

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grantee, $"/patients/{patient}/edit"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grantee, $"/patients/{patient}/sharing"));
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(grantee, own, $"/patients/{patient}/sharing", Terms("clinic3"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(grantee, own, form, [])).Status);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(third, $"/patients/{patient}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(giver, $"/patients/{await night.PatientAsync(2)}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grantee, $"/patients/{patient}"));
    }

    [Fact]
    public async Task Sharing_OutsideTheAssociation_OrWithoutConsent_IsRefusedBesideTheField()
    {
        var (patient, _) = await PatientAsync(3);
        using var giver = await SignInAsync(Giver);

        foreach (var stranger in new[] { StableId.Of("koto", "clinic1"), StableId.Of("tenant", "koto"), StableId.Of("setagaya", "clinic1"), Guid.NewGuid() })
        {
            var refused = await ShareAsync(giver, patient, ("grantee", $"{stranger}"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("この共有先は選べません", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        }
        foreach (var (field, value) in new[] { ("consentBy", ""), ("consentHow", "Guessed"), ("consentOn", "2026-11-24"), ("until", "2026-11-21"), ("until", "2027-11-24"), ("summary", "false") })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ShareAsync(giver, patient, (field, value))).Status);
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.sharing_grant WHERE patient_id = $1", patient));
    }

    [Fact]
    public async Task Reports_AreReadByWhoTheyAreGrantedTo_AndByTheFacilityIfTheClinicsRuleSaysSo()
    {
        var patient = await portal.Database.ReadAsync<Guid>(
            "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY id DESC LIMIT 1", night.ClinicId(1));
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = $1", patient, StableId.Of("setagaya", "facility1"));
        var (_, report) = await night.ReportedVisitAsync(patient);
        using var giver = await SignInAsync(Giver);
        using var grantee = await SignInAsync(Grantee);
        using var facility = await SignInAsync("facility1@setagaya.example");
        using var otherFacility = await SignInAsync("facility2@setagaya.example");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grantee, $"/reports/{report}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(facility, $"/reports/{report}"));

        await ShareAsync(giver, patient, ("summary", "false"), ("reports", "true"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grantee, $"/reports/{report}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(grantee, $"/patients/{patient}"));
        (await night.Clinic(2).GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK);
        (await night.Clinic(3).GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.NotFound);

        Assert.Equal(HttpStatusCode.SeeOther, (await giver.PostAsync(await giver.GetAsync(Url("/sharing")), "/sharing/rule", ("facility", "true"))).Status);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(facility, $"/reports/{report}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(facility, "/inbox"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(facility, $"/patients/{patient}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(otherFacility, $"/reports/{report}"));
    }

    [Theory]
    [InlineData("UPDATE patients.sharing_grant SET grantee_id = gen_random_uuid()")]
    [InlineData("UPDATE patients.sharing_grant SET expires_at = '2030-01-01'")]
    [InlineData("UPDATE patients.sharing_grant SET sealed_consent_by = ''")]
    [InlineData("DELETE FROM patients.sharing_grant")]
    [InlineData("UPDATE patients.break_glass_entry SET sealed_cause = ''")]
    [InlineData("UPDATE patients.break_glass_entry SET ends_at = '2030-01-01'")]
    [InlineData("DELETE FROM patients.break_glass_entry")]
    public async Task WhatWasGivenOrOpened_CannotBeRewrittenByTheApplication(string sql)
    {
        await using var command = portal.Database.App.CreateCommand(sql);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private static (string, string)[] Terms(string clinic) =>
    [
        ("grantee", $"{StableId.Of("setagaya", clinic)}"), ("summary", "true"), ("until", "2026-12-31"), ("consentBy", "本人"), ("consentHow", "Oral"),
        ("consentOn", "2026-11-20"),
    ];

    private Task<Browser> SignInAsync(string email) => Browser.SignInAsync(portal.Node, email, Setagaya);

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);

    private Task<BrowserPage> ShareFormAsync(Browser browser, Guid patient) => browser.GetAsync(Url($"/patients/{patient}/sharing"));

    private async Task<BrowserPage> ShareAsync(Browser giver, Guid patient, params (string Name, string Value)[] over) =>
        await giver.PostAsync(await ShareFormAsync(giver, patient), $"/patients/{patient}/sharing", [.. Terms("clinic2"), .. over]);

    private async Task<BrowserPage> RevokeAsync(Browser giver, Guid patient)
    {
        var page = await ShareFormAsync(giver, patient);
        return await giver.PostAsync(page, page.Document.QuerySelector("form[action$='/revoke']")!.GetAttribute("action")!);
    }

    /// <summary>Sends the hidden fields of a form of one's own to another address.</summary>
    private async Task<BrowserPage> PostAsync(Browser browser, BrowserPage page, string action, (string Name, string Value)[] fields)
    {
        var hidden = page.Form(page.Url.AbsolutePath).Where(f => fields.All(given => given.Name != f.Key)).Select(f => (f.Key, f.Value));
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url(action))
        {
            Content = new FormUrlEncodedContent(hidden.Concat(fields).Select(f => KeyValuePair.Create(f.Item1, f.Item2))),
        });
    }

    private async Task<HttpStatusCode> StatusAsync(Browser browser, string path) => (await browser.GetAsync(Url(path))).Status;

    private async Task<string> TextAsync(Browser browser, string path, string selector) =>
        string.Concat((await browser.GetAsync(Url(path))).Document.QuerySelectorAll(selector).Select(e => e.TextContent));

    private async Task<string> FoundAsync(Browser browser, string name) =>
        (await browser.SearchAsync(await browser.GetAsync(Url("/patients")), "/patients/search", name)).Document.QuerySelector("table")?.TextContent ?? "";

    private async Task<string?> ReasonAsync(Guid patient) =>
        (await portal.Database.AuditAsync("record_kind = 'patient' AND $1 = ANY (record_ids) AND action = 'Opened'", patient)).Last(entry => entry.Reason is not null).Reason;

    private async Task<(Guid Id, string Name)> PatientAsync(int nth)
    {
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY id OFFSET $2 LIMIT 1", night.ClinicId(1), nth);
        return (id, await portal.Database.ReadAsync<string>("SELECT family_name || ' ' || given_name FROM patients.patient WHERE id = $1", id));
    }
}
