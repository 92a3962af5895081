using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>停止・退会・再入会: what follows for cover, staff, patients and the desk.</summary>
public sealed class MembershipTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Desk = "desk.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SuspendedClinic_HasNoCoverAndWritesNoPatients_ButIsHelpedAndSeenByTheDesk_UntilItResumes()
    {
        using var secretariat = await SecretariatAsync();
        using var staff = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Setagaya);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        var patient = await PatientAsync(1);

        await ChangeAsync(secretariat, 1, "suspend", ("on", "2026-11-22"), ("reason", "会費の未納"));

        Assert.Equal("停止中", await StateAsync(secretariat, 1));
        using var api = portal.Node.Api("demo.desk.operator");
        var call = await api.PostAsync("/api/v1/cases", Call(patient));
        Assert.Equal(HttpStatusCode.Created, call.Status);
        var shown = await desk.GetAsync(portal.Node.Url($"/cases/{call.Body.GetProperty("id").GetString()}", Desk));
        Assert.Contains("利用を停止しています", shown.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.False(await portal.Database.ReadAsync<bool>("SELECT covered FROM nightdesk.\"case\" WHERE id = $1::uuid", call.Body.GetProperty("id").GetString()!));
        var name = await portal.Database.ReadAsync<string>("SELECT family_kana FROM patients.patient WHERE id = $1", patient);
        var search = await desk.SearchAsync(await desk.OpenAsync(portal.Node.Url("/cases/new", Desk)), "/cases/new/search", name);
        Assert.Contains("停止中の医療機関", search.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync(Url($"/patients/{patient}"))).Status);
        var edit = await staff.GetAsync(Url($"/patients/{patient}/edit"));
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.PostAsync(edit, $"/patients/{patient}/edit")).Status);

        await ChangeAsync(secretariat, 1, "resume", ("reason", "納付を確認"));

        Assert.Equal("会員", await StateAsync(secretariat, 1));
        var again = await api.PostAsync("/api/v1/cases", Call(await PatientAsync(1, 1)));
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT covered FROM nightdesk.\"case\" WHERE id = $1::uuid", again.Body.GetProperty("id").GetString()!));
        Assert.Equal(["Resumed", "Suspended"], await portal.Database.ReadAllAsync<string>(
            "SELECT kind FROM associations.membership_change WHERE clinic_id = $1 ORDER BY kind", Clinic(1)));
    }

    [Fact]
    public async Task LeavingClinic_EndsItsCoverAndStaffOnItsLastDay_AndItsPatientsGoToTheOneThatTakesOver()
    {
        using var secretariat = await SecretariatAsync();
        using var staff = await Browser.SignInAsync(portal.Node, "clinic2@setagaya.example", Setagaya);
        var patients = await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE primary_clinic_id = $1", Clinic(2));
        var taken = await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE primary_clinic_id = $1", Clinic(3));

        await ChangeAsync(secretariat, 2, "leave", ("on", "2026-11-23"), ("reason", "閉院"), ("handOverTo", $"{Clinic(3)}"));

        Assert.Equal("退会予定", await StateAsync(secretariat, 2));
        await DoWorkAsync("2026-11-22");
        Assert.Equal(new DateOnly(2026, 11, 23), await portal.Database.ReadAsync<DateOnly>("SELECT ends_on FROM coverage.cover_subscription WHERE clinic_id = $1", Clinic(2)));
        Assert.Equal(patients, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE primary_clinic_id = $1", Clinic(2)));
        Assert.Equal(HttpStatusCode.OK, (await staff.GetAsync(Url("/patients"))).Status);

        portal.Clock.Now = new DateTimeOffset(2026, 11, 24, 0, 0, 30, TimeSpan.FromHours(9));
        try
        {
            // Somebody's end was taken away again meanwhile.
            await portal.Database.ExecuteAsync("UPDATE identity.membership SET valid_until = NULL WHERE organisation_id = $1", Clinic(2));
            await DoWorkAsync("2026-11-24");
            Assert.NotEqual(HttpStatusCode.OK, (await staff.GetAsync(Url("/patients"))).Status);
            Assert.Equal(patients + taken, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.patient WHERE primary_clinic_id = $1", Clinic(3)));
        }
        finally
        {
            portal.Clock.Now = NightClock.Start;
        }
    }

    [Fact]
    public async Task LeavingClinic_ThatStaysAfterAll_GoesOnAsItWas()
    {
        using var secretariat = await SecretariatAsync();
        await ChangeAsync(secretariat, 4, "leave", ("on", "2026-12-31"), ("reason", "移転のため"));
        await DoWorkAsync("2026-11-22");
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT bool_and(valid_until IS NOT NULL) FROM identity.membership WHERE organisation_id = $1", Clinic(4)));

        await ChangeAsync(secretariat, 4, "rejoin", ("reason", "移転の取りやめ"));
        await DoWorkAsync("2026-11-22");

        Assert.Equal("会員", await StateAsync(secretariat, 4));
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT bool_and(valid_until IS NULL) FROM identity.membership WHERE organisation_id = $1", Clinic(4)));
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT bool_and(ends_on IS NULL) FROM coverage.cover_subscription WHERE clinic_id = $1", Clinic(4)));
    }

    [Fact]
    public async Task Change_ThatCannotBe_IsRefusedBesideItsField()
    {
        using var secretariat = await SecretariatAsync();
        var path = $"/members/{Clinic(5)}/membership";
        var foreign = await portal.Database.ReadAsync<Guid>("SELECT id FROM associations.member_clinic WHERE tenant_id = $1 LIMIT 1", StableId.Of("tenant", "tamagawa"));
        foreach (var (fields, said) in new ((string, string)[], string)[]
        {
            ([("on", "2026-11-30"), ("reason", "")], "入力してください"), ([("on", "2026-11-21"), ("reason", "x")], "今日以降"), ([("on", ""), ("reason", "x")], "入力してください"),
            ([("on", "2026-11-30"), ("reason", "x"), ("handOverTo", $"{Clinic(5)}")], "別の医療機関"), ([("on", "2026-11-30"), ("reason", "x"), ("handOverTo", $"{foreign}")], "別の医療機関"),
        })
        {
            var refused = await secretariat.PostAsync(await secretariat.GetAsync(Url(path)), $"/members/{Clinic(5)}/leave", fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains(said, string.Concat(refused.Document.QuerySelectorAll(".field-message").Select(m => m.TextContent)), StringComparison.Ordinal);
        }
        var page = await secretariat.GetAsync(Url(path));
        var twice = await Task.WhenAll(
            secretariat.PostAsync(page, $"/members/{Clinic(5)}/suspend", ("on", "2026-12-01"), ("reason", "a"), ("idempotency-key", "one-of-two-keys")),
            secretariat.PostAsync(page, $"/members/{Clinic(5)}/suspend", ("on", "2026-12-02"), ("reason", "b"), ("idempotency-key", "other-of-two-keys")));
        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.UnprocessableEntity], twice.Select(a => a.Status).Order());
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM associations.membership_change WHERE clinic_id = $1", Clinic(5)));
    }

    private static Guid Clinic(int number) => StableId.Of("setagaya", $"clinic{number}");

    private static object Call(Guid patient) => new
    {
        association = "setagaya", caller = new { kind = "family", name = "家族", phone = "03-5555-0101" }, patientId = patient, complaint = "熱がある", channel = "phone",
    };

    private Task<Browser> SecretariatAsync() => Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);

    private Task<Guid> PatientAsync(int clinic, int offset = 0) => portal.Database.ReadAsync<Guid>(
        "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY id OFFSET $2 LIMIT 1", Clinic(clinic), offset);

    private async Task ChangeAsync(Browser secretariat, int clinic, string what, params (string, string)[] fields)
    {
        var done = await secretariat.PostAsync(await secretariat.GetAsync(Url($"/members/{Clinic(clinic)}/membership")), $"/members/{Clinic(clinic)}/{what}", fields);
        Assert.Equal($"/members/{Clinic(clinic)}", done.Location?.AbsolutePath);
    }

    private async Task<string> StateAsync(Browser secretariat, int clinic) =>
        (await secretariat.GetAsync(Url($"/members/{Clinic(clinic)}"))).Document.QuerySelector(".page-lead .badge")!.TextContent.Trim();

    /// <summary>Until nothing that is due by then is left; the node's own runner helps.</summary>
    private async Task DoWorkAsync(string day)
    {
        var runner = portal.Node.Services.GetRequiredService<WorkRunner>();
        var until = DateTimeOffset.Parse($"{day}T23:59:59+09:00", System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
        while (await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= least($1, $2) AND kind ~ 'membership|member|hand-over')", until, portal.Clock.Now))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }
}
