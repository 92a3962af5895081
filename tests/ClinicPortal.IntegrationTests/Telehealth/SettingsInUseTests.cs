using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Files that take away what somebody relies on, and what is left to do where it is gone all the same.</summary>
public sealed class SettingsInUseTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_ThatLeaveOutWhatIsBooked_AreNotApplied_AndSayWhy()
    {
        var booked = await BookedConsultation.BookAsync(portal.Node, portal.Database, "tamagawa");
        var definition = Definition("tamagawa");
        var online = definition.Settings.OnlineConsultation!;

        var without = await ApplyAsync(definition, null);
        Assert.Equal((ImportOutcome.InUse, "consultations.in-use"), (without.Outcome, without.InUse?.Code));
        Assert.Contains("1 件", portal.Node.Services.GetRequiredService<Problems>().Message(without.InUse!), StringComparison.Ordinal);
        var lacking = await ApplyAsync(definition, online with { Services = [.. online.Services.Where(s => s.Code != "followUp")] });
        Assert.Equal((ImportOutcome.InUse, "consultations.service-in-use"), (lacking.Outcome, lacking.InUse?.Code));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings WHERE tenant_id = $1", StableId.Of("tenant", "tamagawa")));
        // What nobody has booked can go.
        Assert.Equal(ImportOutcome.Changed, (await ApplyAsync(definition, online with { Services = [.. online.Services.Where(s => s.Code != "firstVisit")] })).Outcome);

        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET status = 'Cancelled' WHERE id = $1", booked.Id);
        Assert.Equal(ImportOutcome.Changed, (await ApplyAsync(definition, null)).Outcome);
    }

    [Fact]
    public async Task Gone_AllTheSame_TheDoctorGoesOn_AndNothingBreaks()
    {
        var booked = await BookedConsultation.BookAsync(portal.Node, portal.Database, gatesMet: false);
        using var family = await booked.OpenAsync(portal.Node, booked.Patient);
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.tenant_settings (tenant_id, version, settings, sha256, applied_at, applied_by, starts_at)
            SELECT tenant_id, version + 1, settings #- '{settings,onlineConsultation}', sha256, applied_at, applied_by, starts_at FROM app.tenant_settings WHERE tenant_id = $1
            """, StableId.Of("tenant", "setagaya"));
        var directory = portal.Node.Services.GetRequiredService<TenantDirectory>();
        await directory.LoadAsync(Cancellation);
        Assert.Null(directory.ByIdentifier("setagaya")!.Settings.OnlineConsultation);

        var open = await booked.ActAsync(async (db, _) =>
        {
            await using var scope = portal.Node.Services.CreateAsyncScope();
            await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(StableId.Of("tenant", "setagaya"))], Cancellation);
            return await scope.ServiceProvider.GetRequiredService<GateCheck>().OpenAsync(await db.Appointments.AsNoTracking().SingleAsync(a => a.Id == booked.Id, Cancellation), Cancellation);
        });
        Assert.Equal([Gate.PatientIdentity, Gate.DoctorIdentity, Gate.Consent, Gate.CarePlan], open);

        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Host);
        foreach (var path in new[] { "", "/people", "/gates", "/note", "/guests", "/chat" })
        {
            Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(portal.Node.Url($"/consultations/{booked.Id}{path}", Host))).Status);
        }
        foreach (var path in new[] { "/appointments", $"/appointments/{booked.Id}", "/consultations", "/availability" })
        {
            Assert.Equal(HttpStatusCode.OK, (await doctor.OpenAsync(portal.Node.Url(path, Host))).Status);
        }
        foreach (var path in new[] { "/join", "/join/room", "/join/room/waiting", "/join/appointment", "/join/prepare", "/join/consent", "/join/guest", "/join/lost", "/join/room/chat" })
        {
            Assert.True((int)(await family.GetAsync(portal.Node.Url(path, Host))).Status < 500, path);
        }
        Assert.Equal("/join/room", (await family.GetAsync(portal.Node.Url("/join", Host))).Location?.AbsolutePath);
        using var api = portal.Node.Api("demo.setagaya.clinic1");
        (await api.GetAsync("/api/v1/slots?service=followUp")).Expect(HttpStatusCode.UnprocessableEntity);
        (await api.PostAsync($"/api/v1/appointments/{booked.Id}/cancel", new { reason = "やめたため" })).Expect(HttpStatusCode.OK);
    }

    private TenantDefinition Definition(string identifier) =>
        TenantFolder.Load(portal.Node.Services.GetRequiredService<TenantFiles>().Root).Tenants.Single(t => t.Settings.Identifier == identifier);

    private async Task<ImportedTenant> ApplyAsync(TenantDefinition definition, OnlineConsultationSettings? online) => Assert.Single(await portal.Node.Services.GetRequiredService<TenantImport>()
        .RunAsync([], [definition with { Settings = definition.Settings with { OnlineConsultation = online } }], apply: true, Cancellation));
}
