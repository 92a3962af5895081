using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.RemindPatient;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Tenancy.Settings.Demo;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>
/// This evening and the next of each association's demo folder: pharmacies, care plans, and appointments around the time of the first start, so that whoever
/// comes new finds somebody in the waiting room. Configuration <c>Demo:Evening</c> leaves it away.
/// </summary>
internal sealed class EveningDemo(DemoSeeding seeding, IConfiguration configuration, TimeProvider clock) : IDemoSeed
{
    private const string By = "見本";

    /// <summary>Appointments begin on whole five minutes, this much after the first start.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Grid = TimeSpan.FromMinutes(FreeSlots.GridMinutes);

    /// <summary>After practitioners, patients and rota.</summary>
    public int Order => 56;

    public Task SeedAsync(TenantFolder folder, CancellationToken cancellationToken) =>
        configuration.GetValue("Demo:Evening", true) ? seeding.ForEachTenantAsync(folder, SeedAsync, cancellationToken) : Task.CompletedTask;

    private async Task SeedAsync(IServiceProvider services, TenantDefinition definition, TenantId id, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<TelehealthContext>();
        if (await db.Pharmacies.AnyAsync(cancellationToken) || await db.Appointments.AnyAsync(cancellationToken))
        {
            return;
        }
        var (demo, now) = (DemoFolder.Read(definition).Consultations, clock.GetUtcNow());
        var tenant = services.GetRequiredService<ITenantResolver>().ById(id.Value)!;
        foreach (var row in demo.Pharmacies)
        {
            db.Add(Pharmacy.Add(id.Value, new PharmacyDetails(row.Name, row.Address, row.Phone, row.Fax, row.Email), By, now));
        }
        var doctors = (await db.Practitioners.ToListAsync(cancellationToken)).ToDictionary(p => p.AccountId);
        foreach (var row in demo.CarePlans)
        {
            db.Add(Plan(row, doctors[StableId.Of(tenant.Identifier, row.Doctor)], StableId.Of(tenant.Identifier, "patient", row.Patient), tenant, now));
        }
        // What the appointments' gates rest on.
        await db.SaveChangesAsync(cancellationToken);
        var taken = new List<Slot>();
        foreach (var row in demo.Appointments)
        {
            var doctor = doctors[StableId.Of(tenant.Identifier, row.Doctor)];
            var service = tenant.Settings.OnlineConsultation!.ServiceNamed(row.Service)!;
            var start = Start(row, tenant, now);
            var slot = new Slot(doctor.Id, service.Code, start, start.AddMinutes(service.Minutes), start.AddMinutes(service.Minutes + FreeSlots.GridMinutes), null);
            // Started just before an evening, what begins at once may be in the way of what begins then.
            if (!taken.Exists(other => other.PractitionerId == slot.PractitionerId && other.StartsAt < slot.BusyUntil && slot.StartsAt < other.BusyUntil))
            {
                taken.Add(slot);
                await BookAsync(services, db, row, doctor, slot, service, tenant, now, cancellationToken);
            }
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task BookAsync(
        IServiceProvider services, TelehealthContext db, DemoAppointment row, Practitioner doctor, Slot slot, ServiceSettings service, TenantInfo tenant, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var patient = await services.GetRequiredService<IPatients>().FindAsync(new PatientId(StableId.Of(tenant.Identifier, "patient", row.Patient)), cancellationToken)
            ?? throw new InvalidDataException($"{tenant.Identifier}/demo: no patient {row.Patient}");
        var number = await services.GetRequiredService<AppointmentNumbers>().NextAsync(tenant, WallClock.Of(slot.StartsAt, tenant.Zone).Date, cancellationToken);
        var appointment = Appointment.Book(
            number, slot, service.FirstVisit, doctor, patient, null, new AppointmentTold(row.Reason, patient.Phone is { } phone ? Shared.PhoneDigits.Of(phone) : null, null),
            row.State == DemoBooking.Proposed, CurrentUser.Portal, now);
        var self = Participant.Invite(appointment, ParticipantRole.Patient, patient.Name, "ja", null, now);
        db.AddRange(appointment, self, Participant.Invite(appointment, ParticipantRole.Doctor, doctor.Name, "ja", doctor.AccountId, now));
        var news = services.GetRequiredService<AppointmentNews>();
        news.Add(appointment, row.State == DemoBooking.Proposed ? AppointmentEventKind.Proposed : AppointmentEventKind.Booked);
        if (row.State == DemoBooking.Arrived)
        {
            foreach (var gate in GateCheck.Required(tenant.Settings.OnlineConsultation, service.Code).Where(g => g != Gate.CarePlan))
            {
                db.Add(GateRecord.Of(
                    appointment, gate, GateOutcome.Met, VersionOf(gate, tenant.Settings.OnlineConsultation!, service), Evidence(gate, patient).ToJson(), CurrentUser.Portal, now));
            }
            self.Arrive(now);
            appointment.Arrive(now);
            news.Add(appointment, AppointmentEventKind.Arrived);
        }
        services.GetRequiredService<PortalSession>().Enqueue(TimePassed.Of(appointment, tenant.Settings.OnlineConsultation!.Booking.NoShowMinutes, now));
    }

    private static CarePlan Plan(DemoCarePlan row, Practitioner author, Guid patient, TenantInfo tenant, DateTimeOffset now)
    {
        var today = WallClock.Of(now, tenant.Zone).Date;
        return CarePlan.Write(
            tenant.Id, patient, 1,
            new CarePlanContent(
                row.Aims, row.Conditions, row.InPerson, tenant.Settings.OnlineConsultation!.EmergencyInstitution.Ja, "通信の漏えいやなりすましの危険と、その対策を説明した", row.AgreedBy),
            today.AddDays(-30), today.AddDays(-30), today.AddDays(-30).AddMonths(6),
            new CurrentUser(author.AccountId, author.Name, Roles.ClinicDoctor, OrganisationKind.MemberClinic, author.ClinicId, null, tenant.Id), today, now).Value;
    }

    private static DateTimeOffset Start(DemoAppointment row, TenantInfo tenant, DateTimeOffset now)
    {
        if (row.Time is not { } time)
        {
            var soon = now + Soon;
            return soon.AddTicks(-(soon.Ticks % Grid.Ticks)).ToUniversalTime();
        }
        var today = WallClock.Of(now, tenant.Zone).Date;
        var start = WallClock.At(row.Day == DemoDay.Today ? today : today.AddDays(1), time, tenant.Zone).ToUniversalTime();
        return start > now + Soon ? start : start.AddDays(1);
    }

    private static string? VersionOf(Gate gate, OnlineConsultationSettings settings, ServiceSettings service) => gate switch
    {
        Gate.Consent => settings.Consent.Version,
        Gate.Questionnaire => service.Questionnaire.Version,
        _ => null,
    };

    private static GateEvidence Evidence(Gate gate, PatientSnapshot patient) => new()
    {
        Way = GateWay.Phone,
        Who = patient.Name,
        Answers = gate == Gate.Questionnaire ? [new QuestionAnswer("told", "", "熱はない。食事は摂れている(見本)")] : null,
    };
}
