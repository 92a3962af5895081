using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>What a newcomer finds in each association: a full evening, somebody in the waiting room, plans, pharmacies.</summary>
public sealed class EveningDemoTests(PortalPostgres postgres)
{
    [Theory]
    // In the afternoon; when the evening has begun; in the middle of the night.
    [InlineData(15, 0)]
    [InlineData(18, 22)]
    [InlineData(23, 58)]
    public async Task FirstStart_AtAnyTime_FillsTheEveningAndTheWaitingRoom(int hour, int minute)
    {
        await using var database = await postgres.CloneAsync();
        var clock = new NightClock { Now = new DateTimeOffset(2026, 11, 24, hour, minute, 0, TimeSpan.FromHours(9)) };
        await using var node = await PortalNode.StartAsync(database, clock, setting: ("Demo:Evening", "true"));
        foreach (var association in new[] { "setagaya", "tamagawa", "koto" })
        {
            var tenant = StableId.Of("tenant", association);
            Assert.Equal(5, await database.ReadAsync<long>("SELECT count(*) FROM telehealth.pharmacy WHERE tenant_id = $1 AND listed", tenant));
            Assert.Equal(3, await database.ReadAsync<long>("SELECT count(*) FROM telehealth.care_plan WHERE tenant_id = $1", tenant));
            Assert.Equal(1, await database.ReadAsync<long>("SELECT count(*) FROM telehealth.appointment WHERE tenant_id = $1 AND status = 'Arrived'", tenant));
            Assert.InRange(await database.ReadAsync<long>("SELECT count(*) FROM telehealth.appointment WHERE tenant_id = $1 AND status IN ('Booked', 'Proposed')", tenant), 4, 7);
            Assert.Equal(0, await database.ReadAsync<long>(
                "SELECT count(*) FROM telehealth.appointment WHERE tenant_id = $1 AND (starts_at < $2 OR starts_at > $2::timestamptz + interval '48 hours')", tenant, clock.Now.ToUniversalTime()));
            using var doctor = await Browser.SignInAsync(node, $"clinic1.doctor@{association}.example", $"{association}.localhost");
            var list = (await doctor.OpenAsync(node.Url("/consultations", $"{association}.localhost"))).Document.QuerySelector("main")!.TextContent;
            var waiting = await database.ReadAsync<string>("SELECT patient_name FROM telehealth.appointment WHERE tenant_id = $1 AND status = 'Arrived'", tenant);
            Assert.Contains(waiting, list, StringComparison.Ordinal);
            var id = await database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE tenant_id = $1 AND status = 'Arrived'", tenant);
            var people = await doctor.OpenAsync(node.Url($"/consultations/{id}/people", $"{association}.localhost"));
            // Everything is met: the doctor can let the patient in.
            var admitted = await doctor.PostAsync(people, $"/consultations/{id}/admit");
            Assert.Equal(System.Net.HttpStatusCode.SeeOther, admitted.Status);
            Assert.Equal(nameof(AppointmentStatus.InProgress), await database.ReadAsync<string>("SELECT status FROM telehealth.appointment WHERE id = $1", id));
        }
    }
}
