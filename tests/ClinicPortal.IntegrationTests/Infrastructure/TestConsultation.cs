using System.Net;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinConsultation;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>A consultation as others have booked it.</summary>
public sealed record Booked(Guid Id, string Number, Guid Patient, Guid Participant, DateOnly BirthDate);

/// <summary>Makes consultations of one association through the domain, and lets patients in by links.</summary>
public sealed class TestConsultation(PortalFixture portal, string association = "setagaya")
{
    private static int made;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TenantId Tenant => new(StableId.Of("tenant", association));

    public string Host => $"{association}.localhost";

    /// <param name="doctor">Of the demonstration, such as <c>clinic1.doctor</c> or <c>doctor1</c>.</param>
    public async Task<Booked> BookAsync(
        Guid patient, string doctor = "clinic1.doctor", bool firstVisit = false, CaseOfAppointment? from = null, string? reason = "昨夜から咳が続く")
    {
        return await InScopeAsync(async services =>
        {
            var db = services.GetRequiredService<TelehealthContext>();
            var account = StableId.Of(association, doctor);
            var practitioner = await db.Practitioners.SingleAsync(p => p.AccountId == account, Cancellation);
            var snapshot = (await services.GetRequiredService<IPatients>().FindAsync(new PatientId(patient), Cancellation))!;
            // Each at a time of its own: neither doctor nor patient is in two places.
            var number = Interlocked.Increment(ref made);
            var start = NightClock.Start.AddHours(8).AddMinutes(20 * number);
            var slot = new Slot(practitioner.Id, firstVisit ? "firstVisit" : "followUp", start, start.AddMinutes(15), start.AddMinutes(20), null);
            var appointment = Appointment.Book(
                $"TEST-V{number:000}", slot, firstVisit, practitioner, snapshot, from, new AppointmentTold(reason, null, null), proposed: false, CurrentUser.Portal, portal.Clock.Now);
            var participant = Participant.Invite(appointment, ParticipantRole.Patient, snapshot.Name, "ja", null, portal.Clock.Now);
            db.AddRange(appointment, participant);
            return new Booked(appointment.Id, appointment.Number, patient, participant.Id, snapshot.BirthDate);
        });
    }

    /// <summary>Lets the domain change it, past the gates.</summary>
    public Task ChangeAsync(Guid id, params IEnumerable<Action<Appointment>> steps) => InScopeAsync(async services =>
    {
        var appointment = await services.GetRequiredService<TelehealthContext>().Appointments.SingleAsync(a => a.Id == id, Cancellation);
        foreach (var step in steps)
        {
            step(appointment);
        }
    });

    /// <summary>The call took place and is over.</summary>
    public Task HoldAsync(Guid id, bool byPhone = false)
    {
        var now = portal.Clock.Now;
        return ChangeAsync(
            id, a => Assert.Null(a.Arrive(now)), a => Assert.Null(byPhone ? a.SwitchToPhone(now) : a.Admit(0, now)), a => Assert.Null(a.End(now.AddMinutes(12))));
    }

    /// <summary>The note is signed and a prescription issued, by the domain alone: nobody is told of it.</summary>
    public Task<Guid> PrescribeAsync(Guid id) => InScopeAsync(async services =>
    {
        var db = services.GetRequiredService<TelehealthContext>();
        var appointment = await db.Appointments.SingleAsync(a => a.Id == id, Cancellation);
        var doctor = new CurrentUser(appointment.DoctorId, appointment.DoctorName, Roles.NightDoctor, OrganisationKind.Desk, null, null, null);
        var note = ConsultationNote.Begin(appointment, doctor, portal.Clock.Now);
        Assert.Empty(note.Write(
            new NoteContent { Subjective = "咳", Assessment = "感冒", Plan = "経過観察", PatientFound = "かぜです", PatientNext = "様子を見ます", Lines = [new("アセトアミノフェン", "頓用", 3)] },
            [], doctor, portal.Clock.Now));
        Assert.Empty(note.Sign(appointment.Status, portal.Clock.Now));
        var pharmacy = Pharmacy.Add(appointment.TenantId, new PharmacyDetails("見本薬局", "区内", "03-5555-0701", null, null), "見本", portal.Clock.Now);
        var prescription = Prescription.Issue(appointment, note.Content, pharmacy, null, doctor, portal.Clock.Now);
        db.AddRange(note, pharmacy, prescription);
        return prescription.Id;
    });

    public async Task<int> OpenGatesAsync(Guid id)
    {
        return await InScopeAsync(async services => (await services.GetRequiredService<GateCheck>().OpenAsync(
            await services.GetRequiredService<TelehealthContext>().Appointments.SingleAsync(a => a.Id == id, Cancellation), Cancellation)).Count);
    }

    /// <summary>A browser that has opened a link to the consultation.</summary>
    public async Task<Browser> JoinAsync(Booked booked)
    {
        var link = await InScopeAsync(services => services.GetRequiredService<IVisitorLinks>().IssueAsync(
            JoinConsultation.Purpose, Tenant, booked.Participant, booked.BirthDate, portal.Clock.Now.AddHours(12), Cancellation));
        return await OpenAsync($"/l/{link.Secret}", booked.BirthDate, link.Code, JoinConsultation.Purpose.Path);
    }

    public async Task<Browser> OpenAsync(string path, DateOnly birthDate, string code, string leadsTo)
    {
        await portal.Database.ExecuteAsync("DELETE FROM identity.throttle");
        var browser = new Browser(portal.Node);
        var opened = await browser.PostAsync(await browser.GetAsync(portal.Node.Url(path, Host)), path, ("birthDate", $"{birthDate:yyyy-MM-dd}"), ("code", code));
        Assert.Equal((HttpStatusCode.SeeOther, leadsTo), (opened.Status, opened.Location?.AbsolutePath));
        return browser;
    }

    private Task InScopeAsync(Func<IServiceProvider, Task> work) => InScopeAsync(async services =>
    {
        await work(services);
        return true;
    });

    private async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = portal.Node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [Tenant], Cancellation);
        var result = await work(scope.ServiceProvider);
        await scope.ServiceProvider.GetRequiredService<TelehealthContext>().SaveChangesAsync(Cancellation);
        await session.CommitAsync(Cancellation);
        return result;
    }
}
