using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Who is to be seen, by whom, when and why.</summary>
/// <param name="Proposed">The clinic has to confirm it.</param>
/// <param name="Language">Of the patient's pages and messages.</param>
public sealed record Reserved(
    TenantInfo Tenant, Practitioner Practitioner, PatientSnapshot Patient, ServiceSettings Service, DateTimeOffset StartsAt, AppointmentTold Told, bool Proposed,
    string Language = "ja", CaseOfAppointment? From = null);

/// <summary>
/// Takes a doctor's time, in whatever association, a patient's and a room's, or says why not and what is free instead. The database's exclusion constraints
/// decide; locks before them make many who want the same time wait in a line instead of running into each other.
/// </summary>
public sealed class Reservation(
    TelehealthContext db, PortalSession session, FreeTimes free, AppointmentNumbers numbers, CurrentUser user, TimeProvider clock)
{
    private const string Savepoint = "reservation";

    /// <summary>A new appointment in the open hours of its doctor.</summary>
    public async Task<Result<Appointment>> TakeAsync(Reserved wish, CancellationToken cancellationToken)
    {
        if (await RefuseOutsideAsync(wish, cancellationToken) is { } outside)
        {
            return outside;
        }
        // Most of those who come too late learn it without standing in line.
        if (await FitAsync(wish, null, cancellationToken) is not { } seen)
        {
            return await RefuseAsync("booking.not-free", wish, cancellationToken);
        }
        await LockAsync(wish.Practitioner, wish.Patient.TenantId, wish.Patient.Id.Value, seen.Room, cancellationToken);
        if (await FitAsync(wish, null, cancellationToken) is not { } slot)
        {
            return await RefuseAsync("booking.not-free", wish, cancellationToken);
        }
        return await RefusePatientAsync(wish, slot, null, cancellationToken) is { } refusal ? refusal : await AddAsync(wish, slot, cancellationToken);
    }

    /// <summary>Now, whatever the doctor's hours are: for a case of the night. An emergency is not refused because other appointments are open.</summary>
    public async Task<Result<Appointment>> TakeNowAsync(Reserved wish, CancellationToken cancellationToken)
    {
        var slot = new Slot(
            wish.Practitioner.Id, wish.Service.Code, wish.StartsAt, wish.StartsAt.AddMinutes(wish.Service.Minutes), wish.StartsAt.AddMinutes(wish.Service.Minutes), null);
        await LockAsync(wish.Practitioner, wish.Patient.TenantId, wish.Patient.Id.Value, null, cancellationToken);
        return await AddAsync(wish, slot, cancellationToken);
    }

    /// <summary>Another time or another doctor for an appointment.</summary>
    /// <param name="wish">As it is to be.</param>
    public async Task<Result<Appointment>> MoveAsync(Appointment appointment, Reserved wish, CancellationToken cancellationToken)
    {
        if (await RefuseOutsideAsync(wish, cancellationToken) is { } outside)
        {
            return outside;
        }
        if (await FitAsync(wish, appointment.Id, cancellationToken) is not { } seen)
        {
            return await RefuseAsync("booking.not-free", wish, cancellationToken);
        }
        await LockAsync(wish.Practitioner, wish.Patient.TenantId, wish.Patient.Id.Value, seen.Room, cancellationToken);
        if (await FitAsync(wish, appointment.Id, cancellationToken) is not { } slot)
        {
            return await RefuseAsync("booking.not-free", wish, cancellationToken);
        }
        if (await RefusePatientAsync(wish, slot, appointment.Id, cancellationToken) is { } busy)
        {
            return busy;
        }
        if (appointment.Reschedule(slot, wish.Practitioner) is { } refusal)
        {
            return refusal;
        }
        return await SaveAsync(wish, cancellationToken) is { } taken ? taken : appointment;
    }

    private async Task<Result<Appointment>> AddAsync(Reserved wish, Slot slot, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var number = await numbers.NextAsync(wish.Tenant, WallClock.Of(slot.StartsAt, wish.Tenant.Zone).Date, cancellationToken);
        var appointment = Appointment.Book(number, slot, wish.Service.FirstVisit, wish.Practitioner, wish.Patient, wish.From, wish.Told, wish.Proposed, user, now);
        db.Appointments.Add(appointment);
        db.Participants.AddRange(
            Participant.Invite(appointment, ParticipantRole.Patient, appointment.PatientName, wish.Language, null, now),
            Participant.Invite(appointment, ParticipantRole.Doctor, appointment.DoctorName, "ja", appointment.DoctorId, now));
        return await SaveAsync(wish, cancellationToken) is { } taken ? taken : appointment;
    }

    /// <summary>The doctor's clinic has left by then, or is suspended.</summary>
    private async Task<Error?> RefuseOutsideAsync(Reserved wish, CancellationToken cancellationToken) =>
        await free.LastDayOfAsync(wish.Practitioner, cancellationToken) is { } last && WallClock.Of(wish.StartsAt, wish.Tenant.Zone).Date > last
            ? Error.Conflict("booking.clinic-outside", wish.Practitioner.InstitutionName, ScreenDates.NearDay(last)) : null;

    private async Task<Slot?> FitAsync(Reserved wish, Guid? except, CancellationToken cancellationToken)
    {
        var day = WallClock.Of(wish.StartsAt, wish.Tenant.Zone).Date;
        return FreeSlots.Fit(await free.AskAsync(wish.Tenant, wish.Practitioner, wish.Service, day, day, except, cancellationToken), wish.StartsAt);
    }

    private async Task<Error?> RefusePatientAsync(Reserved wish, Slot slot, Guid? except, CancellationToken cancellationToken)
    {
        var (tenant, patient) = (wish.Patient.TenantId, wish.Patient.Id.Value);
        var (starts, ends) = (slot.StartsAt.ToUniversalTime(), slot.EndsAt.ToUniversalTime());
        var open = await db.Appointments.AsNoTracking()
            .Where(a => a.TenantId == tenant && a.PatientId == patient && a.Id != except
                && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived
                    || a.Status == AppointmentStatus.InProgress))
            .Select(a => new { a.StartsAt, a.EndsAt }).ToListAsync(cancellationToken);
        var most = wish.Tenant.Settings.OnlineConsultation!.Booking.MostPerPatient;
        return open.Exists(a => a.StartsAt < ends && starts < a.EndsAt) ? Error.Conflict("booking.patient-busy")
            : open.Count >= most && except is null ? Error.Conflict("booking.too-many", most)
            : null;
    }

    /// <summary>Always in this order, so that nobody waits for somebody who waits for him. They end with the transaction.</summary>
    private async Task LockAsync(Practitioner practitioner, Guid tenant, Guid patient, string? room, CancellationToken cancellationToken)
    {
        string[] keys = [$"doctor:{practitioner.AccountId}", $"patient:{tenant}:{patient}", .. room is null ? Array.Empty<string>() : [$"room:{tenant}:{room}"]];
        await using var batch = new NpgsqlBatch(await session.ConnectionAsync(cancellationToken));
        foreach (var key in keys)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = $"telehealth.{key}" } },
            });
        }
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <returns>Why not, where somebody else was faster.</returns>
    private async Task<Error?> SaveAsync(Reserved wish, CancellationToken cancellationToken)
    {
        var transaction = db.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(Savepoint, cancellationToken);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException
        {
            SqlState: PostgresErrorCodes.ExclusionViolation or PostgresErrorCodes.DeadlockDetected,
        } refused)
        {
            // What is free instead can still be asked for.
            await transaction.RollbackToSavepointAsync(Savepoint, cancellationToken);
            db.ChangeTracker.Clear();
            return refused.ConstraintName == "appointment_patient_once" ? Error.Conflict("booking.patient-busy")
                : await RefuseAsync(refused.ConstraintName == "appointment_room_once" ? "booking.room-busy" : "booking.not-free", wish, cancellationToken);
        }
    }

    private async Task<Error> RefuseAsync(string code, Reserved wish, CancellationToken cancellationToken) =>
        await free.NextAsync(wish.Tenant, wish.Practitioner, wish.Service, wish.StartsAt, cancellationToken) is { Length: > 0 } next
            ? Error.Conflict(code, next) : Error.Conflict($"{code}-none");
}
