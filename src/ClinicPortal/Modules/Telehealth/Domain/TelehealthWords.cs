namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>予約の状態, in the words of FHIR's Appointment; <see cref="InProgress"/> is its Encounter's.</summary>
public enum AppointmentStatus
{
    /// <summary>Asked for by the patient, family or facility; the clinic has not confirmed it. It holds its time.</summary>
    Proposed,
    Booked,

    /// <summary>The patient is in the waiting room.</summary>
    Arrived,

    /// <summary>The doctor has admitted the patient.</summary>
    InProgress,
    Fulfilled,
    Cancelled,
    NoShow,
}

/// <summary>How doctor and patient speak with each other.</summary>
public enum ConsultationMode
{
    Video,

    /// <summary>電話等再診: video failed and the call went on by phone; it is recorded as that, and is no online consultation.</summary>
    Phone,
}

/// <summary>What must be met before a consultation may begin. Which of them count is a setting of the association.</summary>
public enum Gate
{
    /// <summary>The patient has agreed to the plan, the rules and who is present.</summary>
    Consent,

    /// <summary>By birth date and code, which opening the link proves.</summary>
    PatientIdentity,

    /// <summary>A document with a photo was shown, where the association asks for it.</summary>
    PatientDocument,

    /// <summary>Name, institution and licence of the doctor were shown to the patient.</summary>
    DoctorIdentity,
    Questionnaire,

    /// <summary>オンライン診療計画 of the primary physician, or the documented exception of a first visit.</summary>
    CarePlan,
}

public enum GateOutcome
{
    Met,

    /// <summary>A doctor went on without it, with a reason.</summary>
    Bypassed,

    /// <summary>No longer met, such as a consent taken back.</summary>
    Reopened,
}

public enum ParticipantRole
{
    Patient,
    Doctor,
    Family,
    Nurse,
    Interpreter,
    FacilityStaff,
    OtherGuest,
}

public enum ParticipantState
{
    Invited,

    /// <summary>In the waiting room.</summary>
    Waiting,

    /// <summary>May take part in the call.</summary>
    Admitted,
    Left,

    /// <summary>Sent away by the doctor; their link no longer opens the room.</summary>
    Removed,
}

public enum AppointmentEventKind
{
    Proposed,
    Booked,
    PatientConfirmed,
    Rescheduled,
    Cancelled,
    Arrived,
    Admitted,
    ReturnedToWaiting,
    GuestInvited,
    GuestAdmitted,
    ParticipantRemoved,
    Reconnected,
    SwitchedToPhone,
    Ended,
    NoShow,
    GateMet,
    GateBypassed,
    GateReopened,
    NoteSigned,
    PrescriptionIssued,
    LinkSent,
    Reminded,
}
