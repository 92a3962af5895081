using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>When and with whom: what a free slot says of itself.</summary>
/// <param name="BusyUntil">With the buffer after it.</param>
public sealed record Slot(Guid PractitionerId, string Service, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset BusyUntil, string? Room);

/// <summary>The case of the night that an appointment comes from.</summary>
public sealed record CaseOfAppointment(Guid Id, string Number);

/// <summary>What was said when it was booked: encrypted.</summary>
/// <param name="Reason">Why the patient is to be seen.</param>
/// <param name="CancelReason">Why it did not take place.</param>
/// <param name="ContactPhone">Where messages about it go, digits.</param>
/// <param name="ContactEmail">Where mails about it go.</param>
public sealed record AppointmentTold(string? Reason, string? ContactPhone, string? ContactEmail, string? CancelReason = null);

/// <summary>予約 and the オンライン診療 that becomes of it.</summary>
public sealed class Appointment : ISealedRow
{
    private Appointment()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    /// <summary>Said aloud: SG-V261122-004.</summary>
    public string Number { get; private set; } = "";

    public AppointmentStatus Status { get; private set; }

    /// <summary>Code of the association's service.</summary>
    public string Service { get; private set; } = "";

    /// <summary>初診: other rules for plan and prescription.</summary>
    public bool FirstVisit { get; private set; }

    public DateTimeOffset StartsAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }

    public DateTimeOffset BusyUntil { get; private set; }

    public Guid PractitionerId { get; private set; }

    /// <summary>The doctor's account.</summary>
    public Guid DoctorId { get; private set; }

    public string DoctorName { get; private set; } = "";

    /// <summary>Null where the association's own clinic performs.</summary>
    public Guid? PerformingClinicId { get; private set; }

    public string PerformingName { get; private set; } = "";

    public string PerformingCode { get; private set; } = "";

    public string? Room { get; private set; }

    public Guid PatientId { get; private set; }

    public string PatientName { get; private set; } = "";

    public string PatientKana { get; private set; } = "";

    public DateOnly PatientBirthDate { get; private set; }

    public string PatientSex { get; private set; } = "";

    public Guid PrimaryClinicId { get; private set; }

    public string PrimaryClinicName { get; private set; } = "";

    public Guid? SecondaryClinicId { get; private set; }

    public Guid? FacilityId { get; private set; }

    public Guid? CaseId { get; private set; }

    public string? CaseNumber { get; private set; }

    public Sealed<AppointmentTold> SealedTold { get; private set; } = null!;

    public AppointmentTold Told => SealedTold.Value;

    public Guid BookedById { get; private set; }

    public string BookedByName { get; private set; } = "";

    public DateTimeOffset BookedAt { get; private set; }

    /// <summary>The patient or family said that they will come.</summary>
    public DateTimeOffset? PatientConfirmedAt { get; private set; }

    public DateTimeOffset? ArrivedAt { get; private set; }

    public DateTimeOffset? AdmittedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public ConsultationMode Mode { get; private set; }

    /// <summary>How often the calendar entry was rewritten: SEQUENCE of RFC 5545.</summary>
    public int Sequence { get; private set; }

    public uint Version { get; private set; }

    /// <summary>The time is the clinic's proposal: patient, family or facility answer it, not the clinic.</summary>
    public bool AwaitsPatient { get; private set; }

    /// <summary>It holds the time of doctor, patient and room.</summary>
    public bool IsOpen => Status is AppointmentStatus.Proposed or AppointmentStatus.Booked or AppointmentStatus.Arrived or AppointmentStatus.InProgress;

    /// <param name="proposed">Asked for without account; the clinic confirms it.</param>
    public static Appointment Book(
        string number, Slot slot, bool firstVisit, Practitioner practitioner, PatientSnapshot patient, CaseOfAppointment? from, AppointmentTold told,
        bool proposed, CurrentUser actor, DateTimeOffset now) => new()
    {
        TenantId = patient.TenantId,
        Id = Guid.CreateVersion7(now),
        Number = number,
        Status = proposed ? AppointmentStatus.Proposed : AppointmentStatus.Booked,
        Service = slot.Service,
        FirstVisit = firstVisit,
        StartsAt = slot.StartsAt.ToUniversalTime(),
        EndsAt = slot.EndsAt.ToUniversalTime(),
        BusyUntil = slot.BusyUntil.ToUniversalTime(),
        PractitionerId = practitioner.Id,
        DoctorId = practitioner.AccountId,
        DoctorName = practitioner.Name,
        PerformingClinicId = practitioner.ClinicId,
        PerformingName = practitioner.InstitutionName,
        PerformingCode = practitioner.InstitutionCode,
        Room = slot.Room,
        PatientId = patient.Id.Value,
        PatientName = patient.Name,
        PatientKana = patient.Kana,
        PatientBirthDate = patient.BirthDate,
        PatientSex = patient.Sex.ToString(),
        PrimaryClinicId = patient.PrimaryClinicId.Value,
        PrimaryClinicName = patient.PrimaryClinicName,
        SecondaryClinicId = patient.SecondaryClinicId?.Value,
        FacilityId = patient.FacilityId?.Value,
        CaseId = from?.Id,
        CaseNumber = from?.Number,
        SealedTold = told,
        BookedById = actor.Id,
        BookedByName = actor.Name,
        BookedAt = now,
        Mode = ConsultationMode.Video,
    };

    /// <summary>The clinic takes what was asked for.</summary>
    public Error? Accept()
    {
        if (Status != AppointmentStatus.Proposed)
        {
            return Error.Conflict("appointment.not-proposed");
        }
        (Status, AwaitsPatient) = (AppointmentStatus.Booked, false);
        return null;
    }

    /// <summary>The clinic has another time than was asked for, and waits for an answer.</summary>
    public Error? AwaitPatient()
    {
        if (Status != AppointmentStatus.Proposed)
        {
            return Error.Conflict("appointment.not-proposed");
        }
        AwaitsPatient = true;
        return null;
    }

    /// <summary>Who comes takes the time that the clinic proposed: it needs nobody's consent any more.</summary>
    public Error? Agree(DateTimeOffset now)
    {
        if (!AwaitsPatient)
        {
            return Error.Conflict("appointment.nothing-proposed");
        }
        PatientConfirmedAt = now;
        return Accept();
    }

    public Error? ConfirmByPatient(DateTimeOffset now)
    {
        if (Status is not (AppointmentStatus.Booked or AppointmentStatus.Arrived))
        {
            return Error.Conflict("appointment.not-booked");
        }
        PatientConfirmedAt ??= now;
        return null;
    }

    public Error? Reschedule(Slot slot, Practitioner practitioner)
    {
        if (Status is not (AppointmentStatus.Proposed or AppointmentStatus.Booked))
        {
            return Error.Conflict("appointment.too-late-to-move");
        }
        (StartsAt, EndsAt, BusyUntil, Room) = (slot.StartsAt.ToUniversalTime(), slot.EndsAt.ToUniversalTime(), slot.BusyUntil.ToUniversalTime(), slot.Room);
        (PractitionerId, DoctorId, DoctorName) = (practitioner.Id, practitioner.AccountId, practitioner.Name);
        (PerformingClinicId, PerformingName, PerformingCode) = (practitioner.ClinicId, practitioner.InstitutionName, practitioner.InstitutionCode);
        (PatientConfirmedAt, AwaitsPatient) = (null, false);
        Sequence++;
        return null;
    }

    public Error? Cancel(string? reason, DateTimeOffset now)
    {
        if (Status is not (AppointmentStatus.Proposed or AppointmentStatus.Booked or AppointmentStatus.Arrived))
        {
            return Error.Conflict("appointment.too-late-to-cancel");
        }
        (Status, AwaitsPatient, EndedAt, SealedTold) = (AppointmentStatus.Cancelled, false, now, Told with { CancelReason = reason });
        Sequence++;
        return null;
    }

    public Error? NoShow(DateTimeOffset now)
    {
        if (Status is not AppointmentStatus.Booked || now < StartsAt)
        {
            return Error.Conflict("appointment.not-missed");
        }
        (Status, EndedAt) = (AppointmentStatus.NoShow, now);
        return null;
    }

    /// <summary>The patient is in the waiting room. Coming back there changes nothing.</summary>
    public Error? Arrive(DateTimeOffset now)
    {
        if (Status is AppointmentStatus.Arrived or AppointmentStatus.InProgress)
        {
            return null;
        }
        if (Status != AppointmentStatus.Booked)
        {
            return Error.Conflict("appointment.not-booked");
        }
        (Status, ArrivedAt) = (AppointmentStatus.Arrived, now);
        return null;
    }

    /// <param name="openGates">How many are not met: the use case knows them.</param>
    public Error? Admit(int openGates, DateTimeOffset now)
    {
        if (Status != AppointmentStatus.Arrived)
        {
            return Error.Conflict(Status == AppointmentStatus.InProgress ? "appointment.already-begun" : "appointment.not-arrived");
        }
        if (openGates > 0)
        {
            return Error.Conflict("appointment.gates-open", openGates);
        }
        (Status, AdmittedAt) = (AppointmentStatus.InProgress, AdmittedAt ?? now);
        return null;
    }

    public Error? ReturnToWaiting()
    {
        if (Status != AppointmentStatus.InProgress)
        {
            return Error.Conflict("appointment.not-begun");
        }
        Status = AppointmentStatus.Arrived;
        return null;
    }

    /// <summary>Video failed: it goes on by phone and is recorded as that. From the waiting room too, where no picture ever came up.</summary>
    public Error? SwitchToPhone(DateTimeOffset now)
    {
        if (Status is not (AppointmentStatus.Booked or AppointmentStatus.Arrived or AppointmentStatus.InProgress))
        {
            return Error.Conflict("appointment.not-begun");
        }
        (Mode, Status, AdmittedAt) = (ConsultationMode.Phone, AppointmentStatus.InProgress, AdmittedAt ?? now);
        return null;
    }

    public Error? End(DateTimeOffset now)
    {
        if (Status != AppointmentStatus.InProgress)
        {
            return Error.Conflict("appointment.not-begun");
        }
        (Status, EndedAt) = (AppointmentStatus.Fulfilled, now);
        return null;
    }
}
