using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Reads what the free times of a doctor follow from, and finds them.</summary>
public sealed class FreeTimes(TelehealthContext db, PortalSession session, IMemberClinics clinics, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>How many other times a refusal names.</summary>
    private const int MostNamed = 3;

    /// <summary>The doctors who may see a patient, by kana.</summary>
    public Task<List<Practitioner>> DoctorsAsync(PatientSnapshot patient, CancellationToken cancellationToken) =>
        DoctorsAsync(patient.TenantId, patient.PrimaryClinicId.Value, patient.SecondaryClinicId?.Value, cancellationToken);

    public async Task<List<Practitioner>> DoctorsAsync(Guid tenant, Guid primaryClinic, Guid? secondaryClinic, CancellationToken cancellationToken) =>
        await MembersAsync(await db.Practitioners.AsNoTracking()
            .Where(p => p.TenantId == tenant && p.Active && (p.ClinicId == null || p.ClinicId == primaryClinic || p.ClinicId == secondaryClinic))
            .OrderBy(p => p.Kana).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Without those whose clinic is suspended or has left.</summary>
    public async Task<List<Practitioner>> MembersAsync(List<Practitioner> practitioners, CancellationToken cancellationToken)
    {
        if (practitioners.TrueForAll(p => p.ClinicId is null))
        {
            return practitioners;
        }
        var outside = await clinics.OutsideAsync(cancellationToken);
        return practitioners.FindAll(p => p.ClinicId is not { } clinic
            || !outside.TryGetValue(new ClinicId(clinic), out var dates) || !(BookableUntil.Of(dates) < Today(tenants.ById(p.TenantId)!)));
    }

    /// <summary>The last day on which a doctor can be booked, where the clinic's membership ends or is suspended.</summary>
    public async Task<DateOnly?> LastDayOfAsync(Practitioner practitioner, CancellationToken cancellationToken) =>
        practitioner.ClinicId is { } clinic && await clinics.FindAsync(new ClinicId(clinic), cancellationToken) is { } member ? BookableUntil.Of(member.Membership) : null;

    /// <param name="except">An appointment that is to be moved: its own time is free to it.</param>
    public async Task<SlotQuestion> AskAsync(
        TenantInfo tenant, Practitioner practitioner, ServiceSettings service, DateOnly from, DateOnly until, Guid? except, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // Hours that began the evening before reach into the first day, those of the last into the day after.
        var (first, last) = (WallClock.At(from.AddDays(-1), TimeOnly.MinValue, tenant.Zone).ToUniversalTime(), WallClock.EndOf(until.AddDays(1), tenant.Zone));
        var weekly = await db.Availabilities.AsNoTracking()
            .Where(a => a.TenantId == tenant.Id && a.PractitionerId == practitioner.Id).ToListAsync(cancellationToken);
        var exceptions = await db.Exceptions.AsNoTracking()
            .Where(e => e.TenantId == tenant.Id && e.PractitionerId == practitioner.Id && e.Day >= from.AddDays(-1) && e.Day <= until).ToListAsync(cancellationToken);
        var own = await db.Appointments.AsNoTracking()
            .Where(a => a.TenantId == tenant.Id && a.DoctorId == practitioner.AccountId && a.Id != except && a.StartsAt >= first && a.StartsAt < last
                && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived
                    || a.Status == AppointmentStatus.InProgress || a.Status == AppointmentStatus.Fulfilled))
            .Select(a => a.StartsAt).ToListAsync(cancellationToken);
        var rooms = weekly.Select(a => a.Room).OfType<string>().Distinct().ToList();
        var inRooms = rooms.Count == 0 ? [] : await db.Appointments.AsNoTracking()
            .Where(a => a.TenantId == tenant.Id && a.Room != null && rooms.Contains(a.Room) && a.Id != except && a.BusyUntil > first && a.StartsAt < last
                && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived
                    || a.Status == AppointmentStatus.InProgress))
            .Select(a => new { a.Room, a.StartsAt, a.BusyUntil }).ToListAsync(cancellationToken);
        return new SlotQuestion(
            practitioner.Id, service, OpenHours.Of(weekly, exceptions, from.AddDays(-1), until, tenant.Zone),
            await TakenAsync(practitioner.AccountId, first, last, except, cancellationToken), own,
            inRooms.ToLookup(taken => taken.Room!, taken => new TakenTime(taken.StartsAt, taken.BusyUntil)),
            await LastDayOfAsync(practitioner, cancellationToken) is { } end && end < LastDay(tenant) ? end : LastDay(tenant), tenant.Zone, now);
    }

    /// <summary>The free times of these days, the first one first.</summary>
    public async Task<IReadOnlyList<Slot>> FindAsync(
        TenantInfo tenant, Practitioner practitioner, ServiceSettings service, DateOnly from, DateOnly until, CancellationToken cancellationToken)
    {
        var slots = FreeSlots.Of(await AskAsync(tenant, practitioner, service, from, until, null, cancellationToken));
        return [.. slots.Where(slot => WallClock.Of(slot.StartsAt, tenant.Zone).Date is var day && day >= from && day <= until)];
    }

    /// <summary>The next free times from a moment on, as a refusal names them; empty when there is none within two weeks.</summary>
    public async Task<string> NextAsync(
        TenantInfo tenant, Practitioner practitioner, ServiceSettings service, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var day = WallClock.Of(from, tenant.Zone).Date;
        var until = day.AddDays(14) < LastDay(tenant) ? day.AddDays(14) : LastDay(tenant);
        var next = (await FindAsync(tenant, practitioner, service, day, until, cancellationToken)).Where(slot => slot.StartsAt >= from).Take(MostNamed);
        return string.Join("、", next.Select(slot => ScreenDates.NearDayAndTime(slot.StartsAt, tenant.Zone)));
    }

    /// <summary>As far ahead as the association lets book, and not beyond its own last day.</summary>
    public DateOnly LastDay(TenantInfo tenant) =>
        Today(tenant).AddDays(tenant.Settings.OnlineConsultation?.Booking.HorizonDays ?? 0) is var horizon && tenant.ClosesOn < horizon ? tenant.ClosesOn.Value : horizon;

    public DateOnly Today(TenantInfo tenant) => WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;

    /// <summary>In whatever association: whose it is, this does not know.</summary>
    private async Task<IReadOnlyCollection<TakenTime>> TakenAsync(Guid doctor, DateTimeOffset from, DateTimeOffset until, Guid? except, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT starts_at, busy_until FROM telehealth.doctor_time WHERE doctor_id = $1 AND busy_until > $2 AND starts_at < $3 AND appointment_id <> $4 ORDER BY starts_at",
            await session.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = doctor }, new NpgsqlParameter<DateTimeOffset> { TypedValue = from },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = until }, new NpgsqlParameter<Guid> { TypedValue = except ?? Guid.Empty },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var taken = new List<TakenTime>();
        while (await reader.ReadAsync(cancellationToken))
        {
            taken.Add(new TakenTime(reader.GetFieldValue<DateTimeOffset>(0), reader.GetFieldValue<DateTimeOffset>(1)));
        }
        return taken;
    }
}
