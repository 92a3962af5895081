using ClinicPortal.Modules.NightDesk.AnswerDispatch;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Ui.Controls;

namespace ClinicPortal.Modules.NightDesk.ShowPhone;

/// <summary>What the night phone of a doctor or driver shows now.</summary>
/// <param name="Asked">The job that the address names; the most urgent one when null.</param>
/// <param name="Shift">Null when the reader is not on duty.</param>
/// <param name="Job">Fills the screen; null while there is none.</param>
/// <param name="Waiting">The reader's other jobs.</param>
/// <param name="MayBreakGlass">The reader may open a record beyond the jobs in an emergency: a doctor on duty.</param>
/// <param name="Duties">The reader's shifts to check into and out of; none when the screen re-reads itself, which leaves them as they are.</param>
/// <param name="HasPatient">The reader is on the way to a patient or there: the phone is not locked meanwhile.</param>
public sealed record PhoneScreen(
    Guid? Asked, IReadOnlyList<string> Topics, PhoneShift? Shift, PhoneJob? Job, IReadOnlyList<PhoneWaiting> Waiting, bool MayBreakGlass,
    IReadOnlyList<OwnDuty> Duties, bool HasPatient)
{
    /// <summary>Where the same screen is.</summary>
    public string Path => Asked is { } id ? $"/phone?job={id}" : "/phone";
}

public sealed record PhoneShift(string Unit, string From, string Until, string Doctor, string? Driver);

/// <param name="Waits">What it waits for, since when.</param>
/// <param name="Target">By when the association wants it; empty where it has set none.</param>
/// <param name="Over">The word for a target that was missed.</param>
/// <param name="Clinical">Null for a driver.</param>
/// <param name="Next">The reader's next step; null when the reader has none.</param>
/// <param name="MayDecline">The reader may still answer that the unit cannot go.</param>
/// <param name="ReportDue">The visit is over and its report is not written.</param>
public sealed record PhoneJob(
    Guid DispatchId, Guid CaseId, string Number, string Association, DispatchState State, string StateText, string Pill, string Colour, string Level,
    ClockFace Clock, string Waits, string Target, string Over, PhonePatient Patient, IReadOnlyList<PhoneNumber> Numbers, PhoneClinical? Clinical,
    DispatchStep? Next, bool MayDecline, bool ReportDue);

/// <summary>Whom to go to and how to get in: for doctor and driver alike.</summary>
/// <param name="Person">86歳・女.</param>
/// <param name="MapHref">Opens the phone's own map.</param>
/// <param name="Way">Minutes and distance along the straight line; null when the place is not known.</param>
public sealed record PhonePatient(
    string Name, string Kana, string Person, string? Address, string? MapHref, string? Way, string? Facility, string? Entry, string? Parking, string? Pets);

public sealed record PhoneNumber(string Label, string Number);

/// <param name="DecidedBy">The doctor who decided the visit.</param>
/// <param name="Summary">Null when the patient is not registered.</param>
/// <param name="Today">The day on which ages are told.</param>
public sealed record PhoneClinical(
    string? Complaint, string? LevelReason, bool ExpectedDeath, string? RequestedBy, string? DecidedBy, PatientSummary? Summary, DateOnly Today);

/// <param name="IsNew">The unit has not answered yet.</param>
public sealed record PhoneWaiting(Guid DispatchId, bool IsNew, string Number, string Colour, string Level, string Name, string Town, string Pill, string StateText);
