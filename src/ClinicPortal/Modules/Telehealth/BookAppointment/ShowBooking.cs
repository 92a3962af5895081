using System.Globalization;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Telehealth.BookAppointment;

/// <summary>The free times of a day, by doctor.</summary>
public sealed record SlotDay(DateOnly Day, IReadOnlyList<(Practitioner Doctor, IReadOnlyList<Slot> Slots)> Doctors);

/// <summary>The times to choose from, a week at a time.</summary>
/// <param name="Last">The last day that may be booked.</param>
public sealed record SlotWeek(DateOnly From, DateOnly Today, DateOnly Last, IReadOnlyList<SlotDay> Days)
{
    public const int Length = 7;

    public bool HasBefore => From > Today;

    public bool HasAfter => From.AddDays(Length) <= Last;
}

/// <summary>What a form says of a chosen time: doctor and moment.</summary>
public static class SlotValue
{
    public static string Of(Slot slot) => $"{slot.PractitionerId:N}@{slot.StartsAt.UtcDateTime.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture)}";

    public static (Guid? Practitioner, DateTimeOffset? StartsAt) Read(string? value) =>
        value?.Split('@') is [var practitioner, var at] && Guid.TryParseExact(practitioner, "N", out var id)
        && DateTime.TryParseExact(at, "yyyyMMddHHmm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? (id, new DateTimeOffset(moment, TimeSpan.Zero)) : (null, null);
}

/// <param name="Service">What the times are for; null while none is chosen.</param>
/// <param name="Asks">The clinic has to confirm what is sent.</param>
public sealed record BookingModel(
    PatientSnapshot Patient, TenantInfo Tenant, IReadOnlyList<ServiceSettings> Services, ServiceSettings? Service, SlotWeek Week, IReadOnlyList<Practitioner> Doctors, bool Asks,
    FormState Form, FormState Waiting);

/// <summary>予約する: the free times of the doctors who may see a patient.</summary>
public sealed class ShowBooking(IPatients patients, FreeTimes free, CurrentUser user, AuditTrail audit, ITenantResolver tenants)
{
    public async Task<BookingModel?> HandleAsync(
        Guid patientId, string? service, DateOnly? from, FormState form, FormState waiting, CancellationToken cancellationToken)
    {
        var (id, byLink) = (new PatientId(patientId), user.Is(Roles.Visitor));
        if (await (byLink ? patients.FindForVisitorAsync(id, cancellationToken) : patients.FindAsync(id, cancellationToken)) is not { } patient
            || tenants.ById(patient.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant)
        {
            return null;
        }
        var asks = byLink || user.Is(Roles.FacilityStaff);
        List<ServiceSettings> services = [.. settings.Services.Where(s => !asks || s.ByLink)];
        var chosen = services.Find(s => s.Code == service) ?? services.FirstOrDefault();
        var doctors = await free.DoctorsAsync(patient, cancellationToken);
        audit.Opened(patient.TenantId, "patient", patientId, detail: "booking");
        return new BookingModel(
            patient, tenant, services, chosen, chosen is null ? new SlotWeek(free.Today(tenant), free.Today(tenant), free.LastDay(tenant), [])
                : await WeekAsync(tenant, doctors, chosen, from, cancellationToken),
            doctors, asks, form, waiting);
    }

    public async Task<SlotWeek> WeekAsync(
        TenantInfo tenant, IReadOnlyList<Practitioner> doctors, ServiceSettings service, DateOnly? from, CancellationToken cancellationToken)
    {
        var (today, last) = (free.Today(tenant), free.LastDay(tenant));
        var first = from is { } asked && asked > today ? (asked > last ? last : asked) : today;
        var until = first.AddDays(SlotWeek.Length - 1);
        var slots = new List<(Practitioner Doctor, Slot Slot)>();
        foreach (var doctor in doctors)
        {
            slots.AddRange((await free.FindAsync(tenant, doctor, service, first, until, cancellationToken)).Select(slot => (doctor, slot)));
        }
        return new SlotWeek(first, today, last,
        [
            .. slots.GroupBy(s => WallClock.Of(s.Slot.StartsAt, tenant.Zone).Date).OrderBy(day => day.Key).Select(day => new SlotDay(
                day.Key, [.. day.GroupBy(s => s.Doctor).Select(d => (d.Key, (IReadOnlyList<Slot>)[.. d.Select(s => s.Slot)]))])),
        ]);
    }
}
