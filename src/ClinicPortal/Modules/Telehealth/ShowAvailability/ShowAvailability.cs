using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.WriteAvailability;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ShowAvailability;

/// <param name="Open">What hours and exceptions come to.</param>
/// <param name="Booked">How many appointments begin on the day.</param>
public sealed record AvailabilityDay(DateOnly Day, IReadOnlyList<OpenHours> Open, int Booked, bool IsPast, bool IsException);

/// <summary>The state of each form: only the one that was refused holds what was typed.</summary>
public sealed record AvailabilityForms(FormState Hours, FormState Exception, FormState Practitioner)
{
    public static AvailabilityForms Fresh => new(FormState.Empty, FormState.Empty, FormState.Empty);
}

/// <summary>予約枠 of one doctor, with four weeks of what results.</summary>
/// <param name="Edited">The hours that the form changes; null for new ones.</param>
public sealed record AvailabilityModel(
    IReadOnlyList<Practitioner> Practitioners, Practitioner? Chosen, TenantInfo? Tenant, DateOnly From, IReadOnlyList<AvailabilityDay> Days, IReadOnlyList<Availability> Weekly,
    IReadOnlyList<AvailabilityException> Exceptions, Availability? Edited, IReadOnlyList<TenantInfo> Associations, IReadOnlyList<OrganisationPerson> Unregistered,
    bool MayRegister, string? OwnName, AvailabilityForms Forms)
{
    /// <summary>What the names of checkboxes for services begin with, in the form for recurring hours and in the one for a single day.</summary>
    public const string HoursService = "service.";
    public const string ExceptionService = "except-service.";

    public IReadOnlyList<ServiceSettings> Services => Tenant?.Settings.OnlineConsultation?.Services ?? [];
}

/// <summary>Reads a doctor's hours for the page that sets them.</summary>
public sealed class ShowAvailabilityHandler(
    TelehealthContext db, CurrentUser user, AvailabilityAccess access, RegisterPractitioner register, IOrganisationPeople people, ITenantResolver tenants, TimeProvider clock)
{
    public const int Days = 28;

    /// <returns>Null when a doctor was named who is not the caller's.</returns>
    public async Task<AvailabilityModel?> HandleAsync(Guid? practitioner, DateOnly? from, Guid? edit, AvailabilityForms forms, CancellationToken cancellationToken)
    {
        var all = await access.Visible().AsNoTracking().OrderByDescending(p => p.Active).ThenBy(p => p.Kana).ToListAsync(cancellationToken);
        var chosen = practitioner is { } id ? all.Find(p => p.Id == id) : all.Find(p => p.AccountId == user.Id) ?? all.FirstOrDefault();
        if (practitioner is not null && chosen is null)
        {
            return null;
        }
        var associations = register.Associations().ToList();
        var doctors = user.Is(Roles.ClinicDoctor, Roles.ClinicStaff) ? await people.NamesAsync(user.OrganisationId!.Value, Roles.ClinicDoctor, cancellationToken) : [];
        List<OrganisationPerson> unregistered = [.. doctors.Where(d => all.TrueForAll(p => p.AccountId != d.Id.Value))];
        var open = user.Is(Roles.NightDoctor) ? associations.FindAll(a => all.TrueForAll(p => p.TenantId != a.Id)) : associations;
        var mayRegister = open.Count > 0 && (user.Is(Roles.NightDoctor) || unregistered.Count > 0);
        if (chosen is null)
        {
            return new AvailabilityModel([], null, null, default, [], [], [], null, open, unregistered, mayRegister, user.Name, forms);
        }
        var tenant = tenants.ById(chosen.TenantId)!;
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        // A year either way is as far as anybody plans.
        var first = Monday(from is { } asked && Math.Abs(asked.DayNumber - today.DayNumber) <= 366 ? asked : today);
        var weekly = (await db.Availabilities.AsNoTracking().Where(a => a.TenantId == chosen.TenantId && a.PractitionerId == chosen.Id).ToListAsync(cancellationToken))
            .OrderBy(a => ((int)a.Weekday + 6) % 7).ThenBy(a => a.Starts).ToList();
        var exceptions = await db.Exceptions.AsNoTracking().Where(e => e.TenantId == chosen.TenantId && e.PractitionerId == chosen.Id && e.Day >= (today < first ? today : first))
            .OrderBy(e => e.Day).ThenBy(e => e.Starts).ToListAsync(cancellationToken);
        var (start, end) = (WallClock.At(first, TimeOnly.MinValue, tenant.Zone).ToUniversalTime(), WallClock.EndOf(first.AddDays(Days - 1), tenant.Zone));
        var booked = (await db.Appointments.AsNoTracking()
            .Where(a => a.TenantId == chosen.TenantId && a.DoctorId == chosen.AccountId && a.StartsAt >= start && a.StartsAt < end
                && a.Status != AppointmentStatus.Cancelled && a.Status != AppointmentStatus.NoShow)
            .Select(a => a.StartsAt).ToListAsync(cancellationToken)).ToLookup(at => WallClock.Of(at, tenant.Zone).Date);
        var hours = OpenHours.Of(weekly, exceptions, first, first.AddDays(Days - 1), tenant.Zone).ToLookup(h => h.Day);
        List<AvailabilityDay> days = [.. Enumerable.Range(0, Days).Select(first.AddDays).Select(day =>
            new AvailabilityDay(day, [.. hours[day]], booked[day].Count(), day < today, exceptions.Exists(e => e.Day == day)))];
        return new AvailabilityModel(
            all, chosen, tenant, first, days, weekly, [.. exceptions.Where(e => e.Day >= today)], weekly.Find(a => a.Id == edit), open, unregistered, mayRegister,
            user.Is(Roles.ClinicStaff) ? null : user.Name, forms);
    }

    private static DateOnly Monday(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
