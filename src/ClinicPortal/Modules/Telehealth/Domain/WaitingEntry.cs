using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

public enum WaitingState
{
    Waiting,

    /// <summary>A time is held for the patient, who has not answered yet.</summary>
    Offered,
    Booked,
    Withdrawn,

    /// <summary>None of the wished days is left.</summary>
    Expired,
}

/// <summary>What a person waits for.</summary>
/// <param name="PractitionerId">Null where any of the patient's doctors will do.</param>
/// <param name="Weekdays">None means any.</param>
/// <param name="FromTime">By the association's clock, when it begins at the earliest; null where any time will do.</param>
/// <param name="UntilTime">When it begins at the latest.</param>
public sealed record WaitingWish(
    string Service, Guid? PractitionerId, DateOnly From, DateOnly Until, IReadOnlyCollection<DayOfWeek> Weekdays, TimeOnly? FromTime = null, TimeOnly? UntilTime = null);

/// <summary>キャンセル待ち: somebody who takes a time that becomes free.</summary>
public sealed class WaitingEntry : ISealedRow
{
    private WaitingEntry()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public WaitingState State { get; private set; }

    public Guid PatientId { get; private set; }

    public string PatientName { get; private set; } = "";

    public string PatientKana { get; private set; } = "";

    public Guid PrimaryClinicId { get; private set; }

    public Guid? SecondaryClinicId { get; private set; }

    public Guid? FacilityId { get; private set; }

    public string Service { get; private set; } = "";

    public Guid? PractitionerId { get; private set; }

    public DateOnly FromDay { get; private set; }

    public DateOnly UntilDay { get; private set; }

    /// <summary>Names of <see cref="DayOfWeek"/>; none means any.</summary>
    public string[] Weekdays { get; private set; } = [];

    /// <summary>When it begins at the earliest, by the association's clock.</summary>
    public TimeOnly? FromTime { get; private set; }

    /// <summary>When it begins at the latest.</summary>
    public TimeOnly? UntilTime { get; private set; }

    public Sealed<AppointmentTold> SealedTold { get; private set; } = null!;

    public AppointmentTold Told => SealedTold.Value;

    public Guid CreatedById { get; private set; }

    public string CreatedByName { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public uint Version { get; private set; }

    public bool IsOpen => State is WaitingState.Waiting or WaitingState.Offered;

    public static WaitingEntry Of(PatientSnapshot patient, WaitingWish wish, AppointmentTold told, CurrentUser actor, DateTimeOffset now) => new()
    {
        TenantId = patient.TenantId,
        Id = Guid.CreateVersion7(now),
        State = WaitingState.Waiting,
        PatientId = patient.Id.Value,
        PatientName = patient.Name,
        PatientKana = patient.Kana,
        PrimaryClinicId = patient.PrimaryClinicId.Value,
        SecondaryClinicId = patient.SecondaryClinicId?.Value,
        FacilityId = patient.FacilityId?.Value,
        Service = wish.Service,
        PractitionerId = wish.PractitionerId,
        FromDay = wish.From,
        UntilDay = wish.Until,
        Weekdays = [.. wish.Weekdays.Select(day => day.ToString())],
        FromTime = wish.FromTime,
        UntilTime = wish.UntilTime,
        SealedTold = told,
        CreatedById = actor.Id,
        CreatedByName = actor.Name,
        CreatedAt = now,
    };

    /// <summary>The time is on a wished day, between wished hours, and with a doctor who may see the patient.</summary>
    public bool Wants(Practitioner practitioner, DateTimeOffset startsAt, TimeZoneInfo zone)
    {
        var (day, time) = WallClock.Of(startsAt, zone);
        return State == WaitingState.Waiting && practitioner.Sees(PrimaryClinicId, SecondaryClinicId)
            && (PractitionerId is null || PractitionerId == practitioner.Id)
            && FromDay <= day && day <= UntilDay && (Weekdays.Length == 0 || Weekdays.Contains(day.DayOfWeek.ToString()))
            && !(time < FromTime) && !(time > UntilTime);
    }

    public void Offer() => State = WaitingState.Offered;

    /// <summary>The offer was taken.</summary>
    public void Book() => State = WaitingState.Booked;

    /// <summary>The offer was refused or not answered: others come first now for that time, this one goes on waiting for another.</summary>
    public void WaitOn()
    {
        if (State == WaitingState.Offered)
        {
            State = WaitingState.Waiting;
        }
    }

    public Error? Withdraw()
    {
        if (!IsOpen)
        {
            return Error.Conflict("waiting.over");
        }
        State = WaitingState.Withdrawn;
        return null;
    }

    public void Expire() => State = WaitingState.Expired;
}

public enum OfferState
{
    Open,
    Accepted,
    Refused,

    /// <summary>Not answered in time.</summary>
    Expired,
}

/// <summary>A time that was offered to somebody of the waiting list. The appointment holds it meanwhile, so that nobody else can be given it.</summary>
public sealed class WaitingOffer : ITenantOwned
{
    private WaitingOffer()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid EntryId { get; private set; }

    public Guid AppointmentId { get; private set; }

    public Guid PractitionerId { get; private set; }

    public DateTimeOffset StartsAt { get; private set; }

    public OfferState State { get; private set; }

    public DateTimeOffset OfferedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public uint Version { get; private set; }

    public static WaitingOffer Of(WaitingEntry entry, Appointment held, DateTimeOffset expiresAt, DateTimeOffset now) => new()
    {
        TenantId = entry.TenantId,
        Id = Guid.CreateVersion7(now),
        EntryId = entry.Id,
        AppointmentId = held.Id,
        PractitionerId = held.PractitionerId,
        StartsAt = held.StartsAt,
        State = OfferState.Open,
        OfferedAt = now,
        ExpiresAt = expiresAt,
    };

    public Error? Answer(OfferState answer, DateTimeOffset now)
    {
        if (State != OfferState.Open)
        {
            return Error.Conflict("offer.answered");
        }
        (State, AnsweredAt) = (answer, now);
        return null;
    }
}
