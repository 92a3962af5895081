using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.SwitchToVideo;

/// <param name="Shown">Link and code for the page that comes next, readable by this session only.</param>
public sealed record VideoBooked(Guid Appointment, string Shown);

/// <summary>ビデオ診療に切り替える: a case of the night is seen now by a doctor on duty, or by a doctor of the clinic that carries it.</summary>
public sealed class SwitchToVideoHandler(
    TelehealthContext db, CurrentUser user, AppointmentAccess access, ICases cases, IPatients patients, IRoster roster, FreeTimes free, Reservation reservation, AppointmentFollowUp followUp, PatientMessages messages,
    PortalSession session, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>The service of the association's settings that urgent consultations are.</summary>
    private const string Urgent = "urgent";

    public async Task<CaseForVideo?> FindAsync(Guid caseId, CancellationToken cancellationToken) => await cases.ForVideoAsync(new CaseId(caseId), cancellationToken);

    /// <summary>The last appointment that came from the case, of those that concern the caller.</summary>
    public Task<Guid?> LastOfAsync(Guid caseId, CancellationToken cancellationToken) => access.Visible()
        .Where(a => a.CaseId == caseId).OrderByDescending(a => a.BookedAt).Select(a => (Guid?)a.Id).FirstOrDefaultAsync(cancellationToken);

    public async Task<Result<VideoBooked>> HandleAsync(Guid caseId, CancellationToken cancellationToken)
    {
        if (await FindAsync(caseId, cancellationToken) is not { } found || tenants.ById(found.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (found.PatientId is not { } patientId || await patients.FindAsync(new PatientId(patientId), cancellationToken) is not { } patient)
        {
            return Error.Conflict("video.no-patient");
        }
        if ((settings.ServiceNamed(Urgent) ?? settings.Services.FirstOrDefault()) is not { } service)
        {
            return Error.Conflict("booking.service");
        }
        var doctors = await DoctorsAsync(patient, cancellationToken);
        if (doctors.Count == 0)
        {
            return Error.Conflict("video.nobody");
        }
        foreach (var doctor in doctors)
        {
            var told = new AppointmentTold(found.Complaint, found.CallerPhone is { } phone ? PhoneDigits.Of(phone) : patient.Phone is { } own ? PhoneDigits.Of(own) : null, null);
            var taken = await reservation.TakeNowAsync(
                new Reserved(tenant, doctor, patient, service, ThisMinute(), told, Proposed: false, From: new CaseOfAppointment(found.Id.Value, found.Number)), cancellationToken);
            if (taken.Succeeded)
            {
                return await BookedAsync(found, doctor, taken.Value, settings, cancellationToken);
            }
            if (taken.Errors[0].Code == "booking.patient-busy")
            {
                return Result<VideoBooked>.Refused(taken.Errors);
            }
        }
        return Error.Conflict("video.all-busy");
    }

    private async Task<Result<VideoBooked>> BookedAsync(
        CaseForVideo found, Practitioner doctor, Appointment booked, OnlineConsultationSettings settings, CancellationToken cancellationToken)
    {
        var decided = await cases.DecideVideoAsync(found.Id, doctor.AccountId, doctor.Name, cancellationToken);
        if (!decided.Succeeded)
        {
            return Result<VideoBooked>.Refused(decided.Errors);
        }
        await followUp.BookedAtOnceAsync(booked, cancellationToken);
        session.Enqueue(EndCase.Of(booked, booked.StartsAt.AddMinutes(settings.Booking.NoShowMinutes), clock.GetUtcNow()));
        return new VideoBooked(booked.Id, await messages.GiveJoinLinkAsync(booked, cancellationToken));
    }

    /// <summary>A clinic that carries its own cases sees them itself; then whoever is on duty and registered to see patients by video.</summary>
    private async Task<List<Practitioner>> DoctorsAsync(PatientSnapshot patient, CancellationToken cancellationToken)
    {
        var onDuty = (await roster.OnDutyAsync(clock.GetUtcNow(), cancellationToken)).Where(u => u.TenantId == patient.TenantId).Select(u => u.DoctorId.Value).Distinct().ToList();
        var (me, clinic) = (user.Id, user.Is(Roles.ClinicDoctor, Roles.ClinicStaff) ? user.OrganisationId : null);
        var doctors = await free.MembersAsync(await db.Practitioners.AsNoTracking()
            .Where(p => p.TenantId == patient.TenantId && p.Active && (onDuty.Contains(p.AccountId) || (clinic != null && p.ClinicId == clinic))).ToListAsync(cancellationToken),
            cancellationToken);
        return [.. doctors.OrderBy(p => p.AccountId == me ? 0 : clinic is not null && p.ClinicId == clinic ? 1 : 2).ThenBy(p => onDuty.IndexOf(p.AccountId))];
    }

    /// <summary>Appointments begin at whole minutes: what is said of them is what is stored.</summary>
    private DateTimeOffset ThisMinute()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
    }
}
