using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.JoinWaitingList;

/// <param name="DoctorId">A practitioner; any of the patient's doctors when left out.</param>
/// <param name="Weekdays">None means any.</param>
/// <param name="FromTime">When it begins at the earliest, as 18:00.</param>
/// <param name="UntilTime">When it begins at the latest.</param>
public sealed record JoinWaitingListInput(
    Guid PatientId, string? Service, Guid? DoctorId, DateOnly? From, DateOnly? Until, string? Reason, string? Phone, string? Email,
    IReadOnlyCollection<DayOfWeek>? Weekdays = null, string? FromTime = null, string? UntilTime = null);

/// <summary>キャンセル待ち: onto the list, and off it.</summary>
public sealed class JoinWaitingListHandler(
    TelehealthContext db, CurrentUser user, AppointmentAccess access, IPatients patients, FreeTimes free, PortalSession session, AnswerOfferHandler offers, AuditTrail audit, ITenantResolver tenants,
    TimeProvider clock)
{
    /// <summary>Of one patient at once.</summary>
    private const int MostEntries = 3;

    public async Task<Result<WaitingEntry>> HandleAsync(JoinWaitingListInput input, CancellationToken cancellationToken)
    {
        var (id, byLink) = (new PatientId(input.PatientId), user.Is(Roles.Visitor));
        if (await (byLink ? patients.FindForVisitorAsync(id, cancellationToken) : patients.FindAsync(id, cancellationToken)) is not { } patient
            || tenants.ById(patient.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant)
        {
            return Error.NotFound("booking.no-patient");
        }
        var asks = byLink || user.Is(Roles.FacilityStaff);
        if (!asks && !user.Is(Roles.ClinicDoctor, Roles.ClinicStaff))
        {
            return Error.Forbidden("forbidden");
        }
        if (input.Service is null || settings.ServiceNamed(input.Service) is not { } service || (asks && !service.ByLink))
        {
            return Error.OnField("service", "booking.service");
        }
        var (today, last) = (free.Today(tenant), free.LastDay(tenant));
        if (input.From is not { } from || from > last)
        {
            return Error.OnField("waitFrom", "waiting.days");
        }
        if (input.Until is not { } until || until < from || until < today)
        {
            return Error.OnField("waitUntil", "waiting.days");
        }
        var (fromTime, untilTime) = (WishWords.Time(input.FromTime), WishWords.Time(input.UntilTime));
        if (input.FromTime is not null && fromTime is null)
        {
            return Error.OnField("waitFromTime", "waiting.times");
        }
        if ((input.UntilTime is not null && untilTime is null) || untilTime < fromTime)
        {
            return Error.OnField("waitUntilTime", "waiting.times");
        }
        if (input.DoctorId is { } doctor && (await free.DoctorsAsync(patient, cancellationToken)).All(p => p.Id != doctor))
        {
            return Error.OnField("doctor", "booking.choose-time");
        }
        var told = AppointmentContact.Read(input.Reason, input.Phone, input.Email, patient.Phone);
        if (!told.Succeeded)
        {
            return Result<WaitingEntry>.Refused(told.Errors);
        }
        if (await db.Waiting.CountAsync(e => e.TenantId == patient.TenantId && e.PatientId == input.PatientId
            && (e.State == WaitingState.Waiting || e.State == WaitingState.Offered), cancellationToken) >= MostEntries)
        {
            return Error.Conflict("waiting.too-many", MostEntries);
        }
        var entry = WaitingEntry.Of(
            patient, new WaitingWish(service.Code, input.DoctorId, from < today ? today : from, until > last ? last : until, input.Weekdays ?? [], fromTime, untilTime),
            told.Value, user, clock.GetUtcNow());
        db.Waiting.Add(entry);
        await db.SaveChangesAsync(cancellationToken);
        Told(entry, "joined");
        return entry;
    }

    /// <summary>Off the list; a time that is held for the patient goes to the next.</summary>
    public async Task<Result<Guid>> WithdrawAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await Visible().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is not { } entry)
        {
            return Error.NotFound("waiting.not-found");
        }
        if (entry.State == WaitingState.Offered
            && await db.Offers.SingleOrDefaultAsync(o => o.TenantId == entry.TenantId && o.EntryId == id && o.State == OfferState.Open, cancellationToken) is { } offer
            && await offers.LetGoAsync(offer, OfferState.Refused, cancellationToken) is { } refused)
        {
            return refused;
        }
        if (entry.Withdraw() is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        Told(entry, "withdrawn");
        return id;
    }

    /// <summary>A clinic's patients, a facility's residents.</summary>
    public IQueryable<WaitingEntry> Visible()
    {
        var (organisation, secondary) = (user.OrganisationId, access.SecondaryClinicId);
        return user.Role switch
        {
            Roles.ClinicDoctor or Roles.ClinicStaff => db.Waiting.Where(e => e.PrimaryClinicId == organisation || (secondary != null && e.SecondaryClinicId == secondary)),
            Roles.FacilityStaff => db.Waiting.Where(e => e.FacilityId == organisation),
            _ => db.Waiting.Where(e => false),
        };
    }

    private void Told(WaitingEntry entry, string what)
    {
        audit.Changed(entry.TenantId, "waiting-entry", entry.Id, what, patient: entry.PatientId);
        session.Changed(AppointmentNews.ClinicTopic(entry.PrimaryClinicId));
    }
}
