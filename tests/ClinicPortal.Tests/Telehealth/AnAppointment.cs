using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Tests.Telehealth;

/// <summary>An appointment for the evening, and its doctor.</summary>
internal static class AnAppointment
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 18, 0, 0, TimeSpan.FromHours(9));

    public static CurrentUser Doctor { get; } = new(Guid.NewGuid(), "福田 浩二", Roles.NightDoctor, OrganisationKind.Desk, Guid.NewGuid(), null, null);

    public static Appointment Booked(bool firstVisit = false)
    {
        var tenant = Guid.NewGuid();
        var practitioner = Practitioner.Register(tenant, Guid.NewGuid(), Doctor.Id, Doctor.Name, "フクダ コウジ", null, new Institution("医師会診療所", "1319901078"), "910001");
        var patient = new PatientSnapshot(
            tenant, new PatientId(Guid.NewGuid()), "佐藤 花子", "サトウ ハナコ", new DateOnly(1940, 3, 2), Sex.Female, null, "経堂", "経堂", null, null,
            new ClinicId(Guid.NewGuid()), "経堂クリニック", null, null, null, null);
        return Appointment.Book(
            "SG-V261122-001", new Slot(practitioner.Id, "followUp", Start, Start.AddMinutes(15), Start.AddMinutes(20), null), firstVisit, practitioner, patient, null,
            new AppointmentTold("発熱", null, null), proposed: false, Doctor, Start.AddDays(-1));
    }
}
