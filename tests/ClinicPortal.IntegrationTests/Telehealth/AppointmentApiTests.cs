using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Walls;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Slots and appointments by the JSON API, as a clinic's own system books.</summary>
public sealed class AppointmentApiTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Slots = "/api/v1/slots?service=followUp";
    private const string Appointments = "/api/v1/appointments";

    private TestEvening Evening => new(portal.Node, portal.Database);

    private Guid Doctor => Evening.Doctor();

    [Fact]
    public async Task Slot_IsBookedReadMovedAndCancelled_AndIsFreeAgain()
    {
        using var clinic = portal.Node.Api("demo.setagaya.clinic1");
        var patient = await Evening.PatientAsync(number: 1);
        var services = (await clinic.GetAsync("/api/v1/associations/setagaya/healthcare-services")).Expect(HttpStatusCode.OK).Body;
        Assert.Contains(("followUp", 15, true), services.EnumerateArray().Select(s => (s.GetProperty("code").GetString()!, s.GetProperty("minutes").GetInt32(), s.GetProperty("byLink").GetBoolean())));
        var free = await StartsAsync(clinic, $"&patientId={patient}&practitionerId={Doctor}&from=2026-11-23&until=2026-11-23");
        Assert.Equal([9, 9, 9, 10, 10, 10], free.Select(at => at.Hour));

        var key = Guid.NewGuid().ToString();
        var wish = Wish(patient, free[0]);
        var booked = (await clinic.PostAsync(Appointments, wish, key)).Expect(HttpStatusCode.Created);
        Assert.Equal(("booked", "followUp", $"{Appointments}/{booked.Id}"), (booked.Text("status"), booked.Text("service"), booked.Location));
        // Sent again it is done once; with another body it is refused.
        Assert.Equal(booked.Body.GetRawText(), (await clinic.PostAsync(Appointments, wish, key)).Expect(HttpStatusCode.Created).Body.GetRawText());
        Assert.Equal("idempotency-key-reused", (await clinic.PostAsync(Appointments, Wish(patient, free[1]), key)).Expect(HttpStatusCode.Conflict).Code);
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.appointment WHERE patient_id = $1", patient));
        Assert.Equal("booking.not-free", (await clinic.PostAsync(Appointments, Wish(await Evening.PatientAsync(number: 2), free[0]))).Expect(HttpStatusCode.Conflict).Code);
        Assert.DoesNotContain(free[0], await StartsAsync(clinic, $"&practitionerId={Doctor}&from=2026-11-23&until=2026-11-23"));

        var path = booked.Location!;
        var read = (await clinic.GetAsync(path)).Expect(HttpStatusCode.OK).Body;
        Assert.Equal(("咳が続く", "09012345678", patient), (
            read.GetProperty("reason").GetString(), read.GetProperty("contactPhone").GetString(), read.GetProperty("patient").GetProperty("id").GetGuid()));
        Assert.Equal(Doctor, read.GetProperty("practitioner").GetProperty("id").GetGuid());
        Assert.Contains(booked.Id, await ListedAsync(clinic, "2026-11-23"));
        Assert.DoesNotContain(booked.Id, await ListedAsync(clinic, "2026-11-24"));
        Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Opened' AND record_kind = 'appointment' AND $1 = ANY (record_ids)", booked.Id));
        Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Listed' AND record_kind = 'appointment' AND $1 = ANY (record_ids)", booked.Id));

        var moved = (await clinic.PostAsync($"{path}/reschedule", new { start = free[3] })).Expect(HttpStatusCode.OK);
        Assert.Equal(free[3], moved.Body.GetProperty("start").GetDateTimeOffset());
        Assert.Equal("appointment.not-missed", (await clinic.PostAsync($"{path}/no-show")).Expect(HttpStatusCode.Conflict).Code);
        Assert.Equal("appointment.not-proposed", (await clinic.PostAsync($"{path}/accept")).Expect(HttpStatusCode.Conflict).Code);
        var without = (await clinic.PostAsync($"{path}/cancel", new { })).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.True(without.Body.GetProperty("errors").TryGetProperty("reason", out _));
        Assert.Equal("cancelled", (await clinic.PostAsync($"{path}/cancel", new { reason = "入院したため" })).Expect(HttpStatusCode.OK).Text("status"));
        Assert.Equal("入院したため", (await clinic.GetAsync(path)).Text("cancellationReason"));
        Assert.Equal("appointment.too-late-to-cancel", (await clinic.PostAsync($"{path}/cancel", new { reason = "もう一度" })).Expect(HttpStatusCode.Conflict).Code);
        Assert.Equal(free, await StartsAsync(clinic, $"&practitionerId={Doctor}&from=2026-11-23&until=2026-11-23"));
    }

    [Fact]
    public async Task Facility_AsksAgreesMovesConfirmsAndCallsOff_AndTheClinicAnswers()
    {
        var resident = await Evening.PatientAsync(number: 3);
        await portal.Database.ExecuteAsync(
            "UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = $1", resident, StableId.Of("setagaya", "facility1"));
        using var facility = portal.Node.Api("demo.setagaya.facility1");
        using var clinic = portal.Node.Api("demo.setagaya.clinic1");
        var tuesday = TestEvening.Monday18.AddDays(1);
        var asked = (await facility.PostAsync(Appointments, Wish(resident, tuesday))).Expect(HttpStatusCode.Created);
        var path = asked.Location!;
        Assert.Equal(("proposed", false), StandsAs(asked));
        Assert.Equal("appointment.nothing-proposed", (await facility.PostAsync($"{path}/agree")).Expect(HttpStatusCode.Conflict).Code);

        // The clinic proposes another time; its own screens and others' say whose turn it is.
        Assert.Equal(("proposed", true), StandsAs((await clinic.PostAsync($"{path}/reschedule", new { start = tuesday.AddMinutes(20) })).Expect(HttpStatusCode.OK)));
        Assert.Equal(("proposed", true), StandsAs((await clinic.GetAsync(path)).Expect(HttpStatusCode.OK)));
        var line = (await facility.GetAsync($"{Appointments}?date=2026-11-24")).Expect(HttpStatusCode.OK).Body.GetProperty("items").EnumerateArray().Single(a => a.GetProperty("id").GetGuid() == asked.Id);
        Assert.True(line.GetProperty("awaitsPatient").GetBoolean());
        var key = Guid.NewGuid().ToString();
        var agreed = (await facility.PostAsync($"{path}/agree", null, key)).Expect(HttpStatusCode.OK);
        Assert.Equal(("booked", false), StandsAs(agreed));
        Assert.Equal(agreed.Body.GetRawText(), (await facility.PostAsync($"{path}/agree", null, key)).Expect(HttpStatusCode.OK).Body.GetRawText());
        Assert.Equal("appointment.nothing-proposed", (await facility.PostAsync($"{path}/agree")).Expect(HttpStatusCode.Conflict).Code);

        // Moved by the clinic it stays booked, and is confirmed anew; moved by the facility it is confirmed by that.
        await clinic.PostAsync($"{path}/reschedule", new { start = tuesday.AddMinutes(40) });
        Assert.Equal(JsonValueKind.Null, await ConfirmedAsync());
        (await facility.PostAsync($"{path}/confirm")).Expect(HttpStatusCode.OK);
        Assert.Equal(JsonValueKind.String, await ConfirmedAsync());
        Assert.Equal(("booked", false), StandsAs((await facility.PostAsync($"{path}/reschedule", new { start = tuesday })).Expect(HttpStatusCode.OK)));
        Assert.Equal(JsonValueKind.String, await ConfirmedAsync());
        var refused = (await facility.PostAsync($"{path}/reschedule", new { start = tuesday.AddHours(-9) })).Expect(HttpStatusCode.Conflict);
        Assert.StartsWith("booking.not-free", refused.Code, StringComparison.Ordinal);
        // What clinics do, a facility does not; what it does, nobody else.
        foreach (var (api, step) in new[] { (facility, "accept"), (facility, "no-show"), (clinic, "agree"), (clinic, "confirm") })
        {
            (await api.PostAsync($"{path}/{step}")).Expect(HttpStatusCode.Forbidden);
        }
        Assert.Equal("cancelled", (await facility.PostAsync($"{path}/cancel", new { reason = "入院したため" })).Expect(HttpStatusCode.OK).Text("status"));

        var other = (await facility.PostAsync(Appointments, Wish(resident, tuesday))).Expect(HttpStatusCode.Created);
        Assert.Equal(("booked", false), StandsAs((await clinic.PostAsync($"{other.Location}/accept")).Expect(HttpStatusCode.OK)));
        var night = portal.Clock.Now;
        try
        {
            portal.Clock.Now = tuesday.AddMinutes(5);
            (await facility.PostAsync($"{other.Location}/cancel", new { reason = "遅い" })).Expect(HttpStatusCode.Forbidden);
            Assert.Equal("appointment.too-late-to-move", (await facility.PostAsync($"{other.Location}/reschedule", new { start = tuesday.AddHours(1) })).Expect(HttpStatusCode.Conflict).Code);
            Assert.Equal("no-show", (await clinic.PostAsync($"{other.Location}/no-show")).Expect(HttpStatusCode.OK).Text("status"));
        }
        finally
        {
            portal.Clock.Now = night;
        }

        async Task<JsonValueKind> ConfirmedAsync() => (await facility.GetAsync(path)).Expect(HttpStatusCode.OK).Body.TryGetProperty("patientConfirmedAt", out var at) ? at.ValueKind : JsonValueKind.Null;
    }

    [Fact]
    public async Task WhatIsNotTheCallers_AnswersLikeWhatNobodyHas_AndStaysAsItIs()
    {
        var (patient, other) = (await Evening.PatientAsync(number: 4), await Evening.PatientAsync(clinic: 3));
        var booked = (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(patient, Doctor, TestEvening.Monday18.AddDays(2)))).Value;
        using var koto = portal.Node.Api("demo.koto.clinic1");
        using var neighbour = portal.Node.Api("demo.setagaya.clinic3");
        using var clinic = portal.Node.Api("demo.setagaya.clinic1");
        var before = await RowsOfTenant.ReadAsync(portal.Database, "setagaya");
        foreach (var stranger in new[] { koto, neighbour })
        {
            foreach (var ask in new Func<Guid, Task<ApiAnswer>>[]
            {
                id => stranger.GetAsync($"{Appointments}/{id}"),
                id => stranger.PostAsync($"{Appointments}/{id}/accept"),
                id => stranger.PostAsync($"{Appointments}/{id}/cancel", new { reason = "x" }),
                id => stranger.PostAsync($"{Appointments}/{id}/no-show"),
                id => stranger.PostAsync($"{Appointments}/{id}/reschedule", new { start = booked.StartsAt.AddHours(1) }),
            })
            {
                var (foreign, unknown) = (await ask(booked.Id), await ask(Guid.CreateVersion7()));
                Assert.Equal((HttpStatusCode.NotFound, "appointment.not-found"), (foreign.Status, foreign.Code));
                Assert.Equal((foreign.Status, foreign.Code), (unknown.Status, unknown.Code));
            }
            Assert.Equal("booking.no-patient", (await stranger.GetAsync($"{Slots}&patientId={patient}")).Expect(HttpStatusCode.NotFound).Code);
            Assert.Equal("booking.no-patient", (await stranger.PostAsync(Appointments, Wish(patient, booked.StartsAt.AddHours(1)))).Expect(HttpStatusCode.NotFound).Code);
            Assert.DoesNotContain(booked.Id, await ListedAsync(stranger, "2026-11-25"));
        }
        using var home = portal.Node.Api("demo.setagaya.facility2");
        foreach (var ask in new Func<Guid, Task<ApiAnswer>>[]
        {
            id => home.GetAsync($"{Appointments}/{id}"),
            id => home.PostAsync($"{Appointments}/{id}/agree"),
            id => home.PostAsync($"{Appointments}/{id}/confirm"),
            id => home.PostAsync($"{Appointments}/{id}/cancel", new { reason = "x" }),
            id => home.PostAsync($"{Appointments}/{id}/reschedule", new { start = booked.StartsAt.AddHours(1) }),
        })
        {
            var (foreign, unknown) = (await ask(booked.Id), await ask(Guid.CreateVersion7()));
            Assert.Equal((HttpStatusCode.NotFound, "appointment.not-found"), (foreign.Status, foreign.Code));
            Assert.Equal((foreign.Status, foreign.Code), (unknown.Status, unknown.Code));
        }
        Assert.Equal("availability.not-found", (await koto.GetAsync($"{Slots}&practitionerId={Doctor}")).Expect(HttpStatusCode.NotFound).Code);
        (await koto.GetAsync("/api/v1/associations/setagaya/healthcare-services")).Expect(HttpStatusCode.NotFound);
        // A doctor of another association, or of a clinic that is not the patient's, cannot be booked.
        foreach (var doctor in new[] { new TestEvening(portal.Node, portal.Database, "koto").Doctor(), Evening.Doctor("clinic2.doctor"), Guid.NewGuid() })
        {
            var refused = (await clinic.PostAsync(Appointments, Wish(patient, booked.StartsAt.AddHours(1)) with { PractitionerId = doctor })).Expect(HttpStatusCode.UnprocessableEntity);
            Assert.True(refused.Body.GetProperty("errors").TryGetProperty("start", out _));
        }
        Assert.Equal("booking.no-patient", (await clinic.PostAsync(Appointments, Wish(other, booked.StartsAt.AddHours(1)))).Expect(HttpStatusCode.NotFound).Code);
        Assert.DoesNotContain((await RowsOfTenant.ReadAsync(portal.Database, "setagaya")).Since(before), row => row.StartsWith("telehealth.appointment:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/v1/slots", "service")]
    [InlineData("/api/v1/slots?service=nonsense", "service")]
    [InlineData($"{Slots}&from=2026-11-23&until=2026-12-31", "until")]
    [InlineData($"{Slots}&from=2026-11-23&until=2026-11-22", "until")]
    [InlineData($"{Appointments}?after=yesterday", "after")]
    public async Task Question_ThatCannotBeAnswered_NamesTheField(string path, string field)
    {
        using var clinic = portal.Node.Api("demo.setagaya.clinic1");

        var refused = (await clinic.GetAsync(path)).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.True(refused.Body.GetProperty("errors").TryGetProperty(field, out _), refused.Body.GetRawText());
    }

    [Fact]
    public async Task Booking_WithoutWhatItNeeds_NamesEveryField_AndTheKeyIsAskedFor()
    {
        using var clinic = portal.Node.Api("demo.setagaya.clinic1");

        var refused = (await clinic.PostAsync(Appointments, new { language = "fr" })).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["language", "patientId", "practitionerId", "service", "start"], refused.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.Equal("idempotency-key-required", (await clinic.PostAsync(Appointments, new { }, "")).Expect(HttpStatusCode.BadRequest).Code);
        Assert.Equal("time-without-offset", (await clinic.PostAsync(Appointments, new { start = "2026-11-23T18:00:00" })).Code);
    }

    private static (string Status, bool AwaitsPatient) StandsAs(ApiAnswer answer) => (answer.Text("status"), answer.Body.GetProperty("awaitsPatient").GetBoolean());

    private sealed record Wished(Guid PatientId, Guid PractitionerId, string Service, DateTimeOffset Start, string Reason, string Phone);

    private Wished Wish(Guid patient, DateTimeOffset start) => new(patient, Doctor, "followUp", start, "咳が続く", "090-1234-5678");

    private static async Task<IReadOnlyList<DateTimeOffset>> StartsAsync(ApiClient api, string over) =>
        [.. (await api.GetAsync(Slots + over)).Expect(HttpStatusCode.OK).Body.EnumerateArray().Select(slot => slot.GetProperty("start").GetDateTimeOffset())];

    private static async Task<IReadOnlyList<Guid>> ListedAsync(ApiClient api, string day) =>
        [.. (await api.GetAsync($"{Appointments}?date={day}")).Expect(HttpStatusCode.OK).Body.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("id").GetGuid())];
}
