using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>What becomes of shared patients when a clinic is suspended, leaves the association and rejoins it.</summary>
public sealed class SharingMembershipTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SuspendedClinic_KeepsWhatIsShared_AndSharesNothingNew()
    {
        var (shared, other, own) = (await PatientAsync(1, 0), await PatientAsync(1, 1), await PatientAsync(4, 0));
        using var first = await SignInAsync("clinic1.doctor@setagaya.example");
        using var fourth = await SignInAsync("clinic4.doctor@setagaya.example");
        using var secretariat = await SignInAsync("secretariat@setagaya.example");
        await ShareAsync(first, shared, 4, HttpStatusCode.SeeOther);

        await ChangeAsync(secretariat, 4, "suspend", ("on", "2026-11-22"), ("reason", "会費の未納"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(fourth, shared));
        await ShareAsync(fourth, own, 1, HttpStatusCode.Forbidden);
        await ShareAsync(first, other, 4, HttpStatusCode.UnprocessableEntity);

        await ChangeAsync(secretariat, 4, "resume", ("reason", "納付を確認"));

        await ShareAsync(fourth, own, 1, HttpStatusCode.SeeOther);
        await ShareAsync(first, other, 4, HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task LeavingClinic_GivesAndReceivesUntilItsLastDay_AndNeverAgain_NotEvenWhenItRejoins()
    {
        var (received, given) = (await PatientAsync(1, 2), await PatientAsync(2, 0));
        using var first = await SignInAsync("clinic1.doctor@setagaya.example");
        using var second = await SignInAsync("clinic2.doctor@setagaya.example");
        using var secretariat = await SignInAsync("secretariat@setagaya.example");
        await ShareAsync(first, received, 2, HttpStatusCode.SeeOther);
        await ShareAsync(first, received, 3, HttpStatusCode.SeeOther);
        await ShareAsync(second, given, 1, HttpStatusCode.SeeOther);

        await ChangeAsync(secretariat, 2, "leave", ("on", "2026-11-23"), ("reason", "閉院"));
        await WorkAsync();

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await StatusAsync(second, received), await StatusAsync(first, given)]);

        portal.Clock.Now = new DateTimeOffset(2026, 11, 24, 0, 0, 30, TimeSpan.FromHours(9));
        try
        {
            await WorkAsync();
            using var next = await SignInAsync("clinic1.doctor@setagaya.example");
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(next, given));
            Assert.Equal(["", "ClinicLeft"], await CausesAsync(received));
            Assert.Contains("の退会", (await next.GetAsync(Url($"/patients/{received}/sharing"))).Document.QuerySelector("main details")!.TextContent, StringComparison.Ordinal);
            using var third = await SignInAsync("clinic3.doctor@setagaya.example");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(third, received));

            using var again = await SignInAsync("secretariat@setagaya.example");
            await ChangeAsync(again, 2, "rejoin", ("reason", "再開"));
            await WorkAsync();
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(next, given));
            Assert.Equal(["", "ClinicLeft"], await CausesAsync(received));
        }
        finally
        {
            // Tries to sign in are counted by the clock, which never goes back but here.
            await portal.Database.ExecuteAsync("DELETE FROM identity.throttle");
            portal.Clock.Now = NightClock.Start;
        }
    }

    private Task<Browser> SignInAsync(string email) => Browser.SignInAsync(portal.Node, email, Setagaya);

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);

    private static Guid Clinic(int number) => StableId.Of("setagaya", $"clinic{number}");

    private Task<Guid> PatientAsync(int clinic, int nth) => portal.Database.ReadAsync<Guid>(
        "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY id OFFSET $2 LIMIT 1", Clinic(clinic), nth);

    /// <summary>Why each grant of a patient ended; empty where it has not.</summary>
    private Task<IReadOnlyList<string>> CausesAsync(Guid patient) => portal.Database.ReadAllAsync<string>(
        "SELECT coalesce(revoked_because, '') FROM patients.sharing_grant WHERE patient_id = $1 ORDER BY 1", patient);

    private async Task<HttpStatusCode> StatusAsync(Browser browser, Guid patient) => (await browser.GetAsync(Url($"/patients/{patient}"))).Status;

    private async Task ShareAsync(Browser giver, Guid patient, int clinic, HttpStatusCode expected)
    {
        var path = $"/patients/{patient}/sharing";
        var sent = await giver.PostAsync(
            await giver.GetAsync(Url(path)), path, ("grantee", $"{Clinic(clinic)}"), ("summary", "true"), ("until", "2026-12-31"), ("consentBy", "本人"),
            ("consentHow", "Oral"), ("consentOn", "2026-11-20"));
        Assert.Equal(expected, sent.Status);
    }

    private async Task ChangeAsync(Browser secretariat, int clinic, string what, params (string, string)[] fields)
    {
        var done = await secretariat.PostAsync(await secretariat.GetAsync(Url($"/members/{Clinic(clinic)}/membership")), $"/members/{Clinic(clinic)}/{what}", fields);
        Assert.Equal($"/members/{Clinic(clinic)}", done.Location?.AbsolutePath);
    }

    /// <summary>Until nothing that is due is left of what follows from a membership; the node's own runner helps.</summary>
    private async Task WorkAsync()
    {
        var runner = portal.Node.Services.GetRequiredService<WorkRunner>();
        while (await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= $1 AND kind ~ 'member')", portal.Clock.Now))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }
}
