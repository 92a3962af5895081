using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinConsultation;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A link as it was handed over.</summary>
public sealed record HandedLink(Guid Id, Guid Participant, string Path, string Code, DateOnly BirthDate);

/// <summary>A consultation that is booked in a few minutes with the doctor of an association's clinic, with links for those who come by one.</summary>
public sealed class BookedConsultation
{
    private static readonly CurrentUser Actor = CurrentUser.Portal;
    private static int booked;

    private readonly IServiceProvider services;

    private BookedConsultation(IServiceProvider services, string association, Guid id) => (this.services, Association, Id) = (services, association, id);

    public string Association { get; }

    public string Host => $"{Association}.localhost";

    public Guid Id { get; }

    public HandedLink Patient { get; private set; } = null!;

    private TenantId Tenant => new(StableId.Of("tenant", Association));

    /// <param name="gatesMet">Everything that must be met before it begins, is.</param>
    /// <param name="doctor">Key of a doctor of the demonstration.</param>
    public static async Task<BookedConsultation> BookAsync(
        PortalNode node, PortalTestDatabase database, string association = "setagaya", bool gatesMet = true, string doctor = "clinic1.doctor")
    {
        var tenant = StableId.Of("tenant", association);
        // Another patient and another time each, or they would be in each other's way.
        var number = Interlocked.Increment(ref booked);
        var patientId = (await database.ReadAllAsync<Guid>(
            "SELECT id FROM patients.patient WHERE tenant_id = $1 AND primary_clinic_id = $2 ORDER BY id", tenant, StableId.Of(association, "clinic1")))[number % 20];
        await using var scope = node.Services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(Actor, [new TenantId(tenant)], TestContext.Current.CancellationToken);
        var db = scope.ServiceProvider.GetRequiredService<TelehealthContext>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        var settings = scope.ServiceProvider.GetRequiredService<ITenantResolver>().ById(tenant)!.Settings.OnlineConsultation!;
        var practitionerId = StableId.Of(association, doctor, "practitioner");
        var practitioner = await db.Practitioners.SingleAsync(p => p.Id == practitionerId);
        var patient = (await scope.ServiceProvider.GetRequiredService<IPatients>().FindAsync(new PatientId(patientId), TestContext.Current.CancellationToken))!;
        var starts = now.AddSeconds(60 + number * 10);
        var slot = new Slot(practitioner.Id, "followUp", starts, starts.AddSeconds(8), starts.AddSeconds(8), null);
        var appointment = Appointment.Book($"SG-V-{Guid.NewGuid():N}"[..18], slot, false, practitioner, patient, null, new AppointmentTold("咳が続く", "0355550101", "family@example.jp"), false, Actor, now);
        var self = Participant.Invite(appointment, ParticipantRole.Patient, patient.Name, "ja", null, now);
        db.AddRange(appointment, self, Participant.Invite(appointment, ParticipantRole.Doctor, practitioner.Name, "ja", practitioner.AccountId, now));
        foreach (var gate in gatesMet ? GateCheck.Required(settings, slot.Service) : [])
        {
            db.Add(GateRecord.Of(appointment, gate, GateOutcome.Met, "sample-1", "{}", Actor, now));
        }
        await db.SaveChangesAsync();
        await session.CommitAsync(TestContext.Current.CancellationToken);
        var consultation = new BookedConsultation(node.Services, association, appointment.Id);
        consultation.Patient = await consultation.LinkAsync(self.Id, patient.BirthDate);
        return consultation;
    }

    /// <summary>Invites a guest who has agreed to the rules.</summary>
    public async Task<HandedLink> InviteAsync(ParticipantRole role, string name, bool agreed = true)
    {
        var (id, born) = await ActAsync(async (db, now) =>
        {
            var appointment = await db.Appointments.SingleAsync(a => a.Id == Id);
            var guest = Participant.Invite(appointment, role, name, "ja", null, now);
            if (agreed)
            {
                guest.Consent("sample-1", now);
            }
            db.Add(guest);
            await db.SaveChangesAsync();
            return (guest.Id, appointment.PatientBirthDate);
        });
        return await LinkAsync(id, born);
    }

    /// <summary>Reads or writes within the association, as the portal does for itself.</summary>
    public async Task<T> ActAsync<T>(Func<TelehealthContext, DateTimeOffset, Task<T>> work)
    {
        await using var scope = services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(Actor, [Tenant], TestContext.Current.CancellationToken);
        var result = await work(scope.ServiceProvider.GetRequiredService<TelehealthContext>(), scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow());
        session.Changed(AppointmentNews.Topic(Id));
        await session.CommitAsync(TestContext.Current.CancellationToken);
        return result;
    }

    /// <summary>A browser in which the link was opened.</summary>
    public async Task<Browser> OpenAsync(PortalNode node, HandedLink link)
    {
        var browser = new Browser(node);
        var opened = await browser.PostAsync(await browser.GetAsync(node.Url(link.Path, Host)), link.Path, ("birthDate", $"{link.BirthDate:yyyy-MM-dd}"), ("code", link.Code));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, opened.Status);
        return browser;
    }

    public Task RevokeAsync(HandedLink link) => LinksAsync((links, cancellation) => links.RevokeAsync(JoinConsultation.Purpose, Tenant, link.Participant, link.Id, cancellation));

    public async Task<HandedLink> LinkAsync(Guid participant, DateOnly born)
    {
        var issued = await LinksAsync((links, cancellation) => links.IssueAsync(
            JoinConsultation.Purpose, Tenant, participant, born, services.GetRequiredService<TimeProvider>().GetUtcNow().AddHours(12), cancellation));
        return new HandedLink(issued.Id, participant, $"/l/{issued.Secret}", issued.Code, born);
    }

    private async Task<T> LinksAsync<T>(Func<IVisitorLinks, CancellationToken, Task<T>> work)
    {
        await using var scope = services.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(Actor, [Tenant], TestContext.Current.CancellationToken);
        var result = await work(scope.ServiceProvider.GetRequiredService<IVisitorLinks>(), TestContext.Current.CancellationToken);
        await session.CommitAsync(TestContext.Current.CancellationToken);
        return result;
    }
}
