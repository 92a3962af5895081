using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Nobody is in two consultations at once: not the doctor, in whatever association, not the patient, not the room; however many want the same time.</summary>
public sealed class DoubleBookingTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const int Tries = 500;

    private PortalTestDatabase database = null!;
    private PortalNode node = null!;

    private TestEvening Setagaya => new(node, database);

    private TestEvening Tamagawa => new(node, database, "tamagawa");

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CloneAsync();
        // All tries are in the portal at once; on a busy machine they wait for a connection longer than the usual fifteen seconds.
        node = await PortalNode.StartAsync(database, new NightClock(), setting: (
            "ConnectionStrings:Portal", new NpgsqlConnectionStringBuilder(database.Connections.App) { Timeout = 300 }.ConnectionString));
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task FiveHundredTriesForOneSlot_BookOnce_AndRefuseTheOthersWithFreeTimes()
    {
        var patients = await Setagaya.PatientsAsync();

        var answers = await AllAtOnceAsync(i => Setagaya.BookAsync(Setagaya.Clinic(), TestEvening.Wish(patients[i % patients.Count], Setagaya.Doctor(), TestEvening.Monday18)));

        Assert.Single(answers, a => a.Succeeded);
        Assert.All(answers.Where(a => !a.Succeeded), a =>
        {
            Assert.Equal("booking.not-free", a.Errors[0].Code);
            Assert.Contains("18:20", (string)a.Errors[0].Args[0], StringComparison.Ordinal);
        });
        Assert.Equal(1, await OpenAsync("doctor_id = $1", StableId.Of("setagaya", "clinic1.doctor")));
        // One number was drawn: who is refused takes none.
        Assert.Equal(1, await database.ReadAsync<int>("SELECT last FROM telehealth.appointment_counter WHERE tenant_id = $1 AND day = '2026-11-23'", Setagaya.Tenant));
    }

    [Fact]
    public async Task SameDoctorOfTwoAssociations_IsBookedInOne_AndTheRefusalNamesNoOther()
    {
        await ShareDoctorAsync();
        var (own, theirs) = (await Setagaya.PatientsAsync(), await Tamagawa.PatientsAsync());
        var at = TestEvening.Monday18;

        var answers = await AllAtOnceAsync(i => i % 2 == 0
            ? Setagaya.BookAsync(Setagaya.Clinic(), TestEvening.Wish(own[i / 2 % own.Count], Setagaya.Doctor("doctor1"), at))
            : Tamagawa.BookAsync(Tamagawa.Clinic(), TestEvening.Wish(theirs[i / 2 % theirs.Count], Shared, at)), 60);

        Assert.Single(answers, a => a.Succeeded);
        Assert.All(answers.Where(a => !a.Succeeded), a => Assert.StartsWith("booking.not-free", a.Errors[0].Code, StringComparison.Ordinal));
        Assert.All(answers.Where(a => !a.Succeeded), a => Assert.DoesNotContain("世田谷", string.Join(' ', a.Errors[0].Args), StringComparison.Ordinal));
        Assert.Equal(1, await OpenAsync("doctor_id = $1", StableId.Of("setagaya", "doctor1")));
    }

    [Fact]
    public async Task SamePatient_WithTwoDoctorsAtOnce_HasOne()
    {
        var patient = await Setagaya.PatientAsync();

        var answers = await AllAtOnceAsync(i => Setagaya.BookAsync(
            Setagaya.Clinic(), TestEvening.Wish(patient, Setagaya.Doctor(i % 2 == 0 ? "clinic1.doctor" : "doctor1"), TestEvening.Monday18)), 40);

        Assert.Single(answers, a => a.Succeeded);
        Assert.Contains(answers, a => !a.Succeeded && a.Errors[0].Code == "booking.patient-busy");
        Assert.All(answers.Where(a => !a.Succeeded), a => Assert.True(a.Errors[0].Code is "booking.patient-busy" or "booking.not-free"));
        Assert.Equal(1, await OpenAsync("patient_id = $1", patient));
    }

    [Fact]
    public async Task SameRoom_IsUsedByOneDoctor()
    {
        await database.ExecuteAsync("UPDATE telehealth.availability SET room = '第1診察室' WHERE tenant_id = $1", Setagaya.Tenant);
        var patients = await Setagaya.PatientsAsync();

        var answers = await AllAtOnceAsync(i => Setagaya.BookAsync(
            Setagaya.Clinic(), TestEvening.Wish(patients[i % patients.Count], Setagaya.Doctor(i % 2 == 0 ? "clinic1.doctor" : "doctor1"), TestEvening.Monday18)), 40);

        Assert.Single(answers, a => a.Succeeded);
        Assert.All(answers.Where(a => !a.Succeeded), a => Assert.True(a.Errors[0].Kind == ErrorKind.Conflict, a.Errors[0].Code));
        Assert.Equal(1, await OpenAsync("room = $1", "第1診察室"));
    }

    [Fact]
    public async Task TimeTakenInAnotherAssociation_IsNotShownAsFree()
    {
        await ShareDoctorAsync();
        Assert.True((await Tamagawa.BookAsync(Tamagawa.Clinic(), TestEvening.Wish(await Tamagawa.PatientAsync(), Shared, TestEvening.Monday18))).Succeeded);

        var refused = await Setagaya.BookAsync(Setagaya.Clinic(), TestEvening.Wish(await Setagaya.PatientAsync(), Setagaya.Doctor("doctor1"), TestEvening.Monday18));

        Assert.Equal("booking.not-free", refused.Errors[0].Code);
        Assert.DoesNotContain("18:00", (string)refused.Errors[0].Args[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patient_HasNoMoreOpenAppointmentsThanTheAssociationAllows()
    {
        var patient = await Setagaya.PatientAsync();
        for (var i = 0; i < 4; i++)
        {
            Assert.True((await Setagaya.BookAsync(Setagaya.Clinic(), TestEvening.Wish(patient, Setagaya.Doctor(), TestEvening.Monday18.AddMinutes(20 * i)))).Succeeded);
        }

        Assert.Equal("booking.too-many", (await Setagaya.BookAsync(Setagaya.Clinic(), TestEvening.Wish(patient, Setagaya.Doctor(), TestEvening.Monday18.AddMinutes(80)))).Errors[0].Code);
    }

    private static Guid Shared { get; } = StableId.Of("tamagawa", "shared", "practitioner");

    private static async Task<IReadOnlyList<Result<Appointment>>> AllAtOnceAsync(Func<int, Task<Result<Appointment>>> attempt, int count = Tries)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable.Range(0, count).Select(async i =>
        {
            await start.Task;
            return await attempt(i);
        }).ToList();
        start.SetResult();
        return await Task.WhenAll(all);
    }

    private Task<long> OpenAsync(string condition, object value) => database.ReadAsync<long>(
        $"SELECT count(*) FROM telehealth.appointment WHERE status IN ('Proposed', 'Booked', 'Arrived', 'InProgress') AND {condition}", value);

    /// <summary>Setagaya's night doctor sees patients of Tamagawa's association clinic at the same hours.</summary>
    private async Task ShareDoctorAsync()
    {
        await database.ExecuteAsync("""
            INSERT INTO telehealth.practitioner (tenant_id, id, account_id, name, kana, clinic_id, institution_name, institution_code, license_number, active)
            SELECT $1, $2, account_id, name, kana, NULL, '玉川医師会診療所', '1311111111', license_number, true FROM telehealth.practitioner WHERE tenant_id = $3 AND id = $4
            """, Tamagawa.Tenant, Shared, Setagaya.Tenant, Setagaya.Doctor("doctor1"));
        await database.ExecuteAsync("""
            INSERT INTO telehealth.availability (tenant_id, id, practitioner_id, weekday, starts, ends, valid_from, services, buffer_minutes, lead_minutes)
            SELECT $1, gen_random_uuid(), $2, weekday, starts, ends, valid_from, services, buffer_minutes, lead_minutes FROM telehealth.availability WHERE tenant_id = $3 AND practitioner_id = $4
            """, Tamagawa.Tenant, Shared, Setagaya.Tenant, Setagaya.Doctor("doctor1"));
    }
}
