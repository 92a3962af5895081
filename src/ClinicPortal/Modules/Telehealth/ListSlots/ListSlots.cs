using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ListSlots;

/// <summary>A free time of a doctor (FHIR Slot).</summary>
/// <param name="PractitionerId">As an appointment is booked with.</param>
/// <param name="Institution">Performs the consultation.</param>
/// <param name="Association">Identifier of the association.</param>
/// <param name="Start">As an appointment is booked at.</param>
public sealed record SlotView(
    Guid PractitionerId, string Practitioner, string Institution, string Association, string Service, DateTimeOffset Start, DateTimeOffset End);

/// <param name="PatientId">Times of the doctors who may see this patient; of those whom the caller may book without one when null.</param>
/// <param name="PractitionerId">Of one doctor.</param>
public sealed record ListSlotsInput(string? Service, Guid? PatientId, Guid? PractitionerId, DateOnly? From, DateOnly? Until);

/// <summary>予約枠の空き: the free times of the doctors whom a caller may book.</summary>
public sealed class ListSlotsHandler(TelehealthContext db, CurrentUser user, IPatients patients, FreeTimes free, AuditTrail audit, ITenantResolver tenants)
{
    public const int MostDays = 14;
    private const int UsualDays = 7;

    public async Task<Result<IReadOnlyList<SlotView>>> HandleAsync(ListSlotsInput input, CancellationToken cancellationToken)
    {
        if (input.Service is not { Length: > 0 } code)
        {
            return Error.OnField("service", "required");
        }
        if (input is { From: { } first, Until: { } last } && (last < first || last.DayNumber - first.DayNumber >= MostDays))
        {
            return Error.OnField("until", "slots.days", MostDays);
        }
        if (await DoctorsAsync(input.PatientId, cancellationToken) is not { } doctors)
        {
            return Error.NotFound("booking.no-patient");
        }
        if (input.PractitionerId is { } one && (doctors = doctors.FindAll(d => d.Id == one)).Count == 0)
        {
            return Error.NotFound("availability.not-found");
        }
        var offered = doctors.Select(d => (Doctor: d, Tenant: tenants.ById(d.TenantId))).Where(d => Service(d.Tenant, code) is not null).ToList();
        if (offered.Count == 0 && doctors.Count > 0)
        {
            return Error.OnField("service", "booking.service");
        }
        var slots = new List<SlotView>();
        foreach (var (doctor, tenant) in offered)
        {
            var from = input.From is { } asked && asked > free.Today(tenant!) ? asked : free.Today(tenant!);
            var until = input.Until ?? from.AddDays(UsualDays - 1);
            slots.AddRange((await free.FindAsync(tenant!, doctor, Service(tenant, code)!, from, until, cancellationToken)).Select(slot => new SlotView(
                doctor.Id, doctor.Name, doctor.InstitutionName, tenant!.Identifier, code, slot.StartsAt.ToUniversalTime(), slot.EndsAt.ToUniversalTime())));
        }
        return slots.OrderBy(slot => slot.Start).ThenBy(slot => slot.PractitionerId).ToArray();
    }

    private ServiceSettings? Service(TenantInfo? tenant, string code) =>
        tenant?.Settings.OnlineConsultation?.ServiceNamed(code) is { } service && (service.ByLink || !user.Is(Roles.FacilityStaff)) ? service : null;

    /// <returns>Null when the patient is not the caller's.</returns>
    private async Task<List<Practitioner>?> DoctorsAsync(Guid? patientId, CancellationToken cancellationToken)
    {
        if (patientId is { } id)
        {
            if (await patients.FindAsync(new PatientId(id), cancellationToken) is not { } patient)
            {
                return null;
            }
            audit.Opened(patient.TenantId, "patient", id, detail: "booking");
            return await free.DoctorsAsync(patient, cancellationToken);
        }
        var (me, organisation) = (user.Id, user.OrganisationId);
        var bookable = db.Practitioners.AsNoTracking().Where(p => p.Active);
        return await free.MembersAsync(await (user.Role switch
        {
            Roles.ClinicDoctor or Roles.ClinicStaff => bookable.Where(p => p.ClinicId == null || p.ClinicId == organisation),
            Roles.NightDoctor => bookable.Where(p => p.AccountId == me),
            // Whom everybody's patients may see.
            _ => bookable.Where(p => p.ClinicId == null),
        }).OrderBy(p => p.Kana).ToListAsync(cancellationToken), cancellationToken);
    }
}
