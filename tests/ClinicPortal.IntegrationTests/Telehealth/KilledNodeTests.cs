using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.LocalPostgres;
using ClinicPortal.Modules.Telehealth.Room;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A node that is killed says goodbye for nobody: whoever it served is not taken for present for ever.</summary>
public sealed class KilledNodeTests(PortalPostgres postgres)
{
    private const string Connected = "SELECT count(*) FROM telehealth.participant WHERE id = $1 AND connection_id IS NOT NULL";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 90_000)]
    public async Task Patient_OfANodeThatWasKilled_IsGoneWhenNobodyRenewsIt_AndTheDoctorSeesIt()
    {
        await using var database = await postgres.CloneAsync(ofToday: true);
        await using var directory = new TemporaryDataDirectory();
        Directory.CreateDirectory(directory.Path);
        var clock = new NightClock { Now = DateTimeOffset.UtcNow };
        await using var node = await PortalNode.StartAsync(database, clock);
        await using var other = new PortalProcess(directory.Path, database);
        await other.StartAsync(Cancellation);
        await using var elsewhere = PortalNode.Elsewhere(other.Port);
        var consultation = await BookedConsultation.BookAsync(node, database);
        var patient = consultation.Patient.Participant;
        using var family = await consultation.OpenAsync(elsewhere, consultation.Patient);
        await using var room = await RoomConnection.OpenAsync(elsewhere, family, consultation.Host);
        Assert.Null(await room.JoinAsync((await family.GetAsync(elsewhere.Url("/join/room/ticket", consultation.Host))).Document.Body!.TextContent.Trim()));
        Assert.Null((await room.InvokeAsync("Arrive")).Error);
        using var doctor = await Browser.SignInAsync(node, "clinic1.doctor@setagaya.example", consultation.Host);
        Assert.Contains("接続中", await PeopleAsync(), StringComparison.Ordinal);
        await using var desk = await RoomConnection.OpenAsync(node, doctor, consultation.Host);
        Assert.Null(await desk.JoinAsync((await doctor.GetAsync(node.Url($"/consultations/{consultation.Id}/ticket", consultation.Host))).Document.Body!.TextContent.Trim()));

        await other.KillAsync();
        var presence = node.Services.GetRequiredService<RoomPresence>();
        await presence.RenewAsync(Cancellation);
        await presence.ForgetAsync(Cancellation);
        // Not at once: the node may only be slow.
        Assert.Equal(1, await database.ReadAsync<long>(Connected, patient));
        clock.Now = DateTimeOffset.UtcNow + RoomPresence.Lease + TimeSpan.FromSeconds(1);
        Assert.DoesNotContain("接続中", await PeopleAsync(), StringComparison.Ordinal);
        await presence.RenewAsync(Cancellation);
        await presence.ForgetAsync(Cancellation);

        Assert.Equal(0, await database.ReadAsync<long>(Connected, patient));
        // Whom this node serves is renewed.
        Assert.Equal(1, await database.ReadAsync<long>(Connected, desk.Self));
        // The family comes back by the node that is left, with the pass that it has.
        using var again = family.On(node);
        await using var back = await RoomConnection.OpenAsync(node, again, consultation.Host);
        Assert.Null(await back.JoinAsync((await again.GetAsync(node.Url("/join/room/ticket", consultation.Host))).Document.Body!.TextContent.Trim()));
        Assert.Equal(1, await database.ReadAsync<long>(Connected, patient));

        async Task<string> PeopleAsync() =>
            (await doctor.GetAsync(node.Url($"/consultations/{consultation.Id}/people", consultation.Host))).Document.Body!.TextContent;
    }
}
