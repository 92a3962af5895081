using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.AssignUnit;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.ShowCase;

/// <summary>The step that a case waits for; on the screen it has the one primary button.</summary>
public enum NextStep
{
    Triage,
    Decide,
    Assign,

    /// <summary>A unit has been asked or is on its way; or all is done.</summary>
    None,
}

/// <summary>What moves while a case is looked at: state, units, timeline. Re-read at every change.</summary>
/// <param name="Dispatches">Every unit that was asked, the last one first.</param>
/// <param name="Units">Units on duty in the suggested order, when one is to be assigned.</param>
/// <param name="MayCarry">The reader writes into the case; others follow it.</param>
/// <param name="WithoutReasons">For facilities: what happens, not why.</param>
/// <param name="Seen">The revision that the page around a re-read part shows.</param>
/// <param name="Dnar">Before 119 is called: the patient does not want resuscitation.</param>
public sealed record CaseProgress(
    Case Case, TenantInfo Tenant, IReadOnlyList<Dispatch> Dispatches, IReadOnlyList<TimelineLine> Timeline, IReadOnlyList<UnitChoice> Units,
    DateTimeOffset Now, bool MayCarry, bool WithoutReasons, int? Seen, bool Dnar = false)
{
    public Dispatch? Active => Dispatches.FirstOrDefault(d => d.IsActive || d.State == DispatchState.Completed);

    public NextStep Next => this switch
    {
        { MayCarry: false } or { Case.IsOpen: false } => NextStep.None,
        { Case.Level: null } => NextStep.Triage,
        { Case.Outcome: null } => NextStep.Decide,
        { Case.Status: CaseStatus.DispatchRequested, Active: null } => NextStep.Assign,
        _ => NextStep.None,
    };

    /// <summary>The page shows something that somebody else has changed since.</summary>
    public bool IsStale => Case.IsNewerThan(Seen);

    public DateOnly Today => WallClock.Of(Now, Tenant.Zone).Date;

    /// <summary>The desk is to have 119 called, or has had it called.</summary>
    public bool Calls119 => MayCarry && Case is { Level: TriageLevel.Red, ExpectedDeath: false, IsOpen: true } or { Outcome: OutcomeKind.Ambulance };

    public CaseClock Clock => CaseClock.Of(
        new CaseTimes(
            Case.Status, Case.Level, Case.ExpectedDeath, Case.Night, Case.ReceivedAt, Case.DecidedAt, Active?.ArrivedAt, Active?.CompletedAt),
        Tenant);

    public string Time(DateTimeOffset? at) => at is { } instant ? JapaneseDates.Time(instant, Tenant.Zone) : "";
}

/// <summary>受付票: a case with the chart of its patient beside it.</summary>
/// <param name="Summary">Null when the patient is not registered, or the chart is not for the reader (any more).</param>
/// <param name="ChartClosed">The case has ended, and with it the desk's reason to read the chart.</param>
/// <param name="Doctors">Who on duty may have decided; those of the case's own association first.</param>
public sealed record CaseSheet(
    CaseProgress Progress, PatientSummary? Summary, bool ChartClosed, IReadOnlyList<UnitOnDuty> Doctors, DecidingSelf? Self)
{
    public Case Case => Progress.Case;

    public TenantInfo Tenant => Progress.Tenant;

    /// <summary>How the patient's clinic stands to its association; its patients are helped whatever it is.</summary>
    public MembershipState Clinic { get; init; }

    /// <summary>What the clinic holds on the case's night; null where it holds nothing, or the reader does not carry cases.</summary>
    public CoverInfo? Cover { get; init; }

    public CaseChart? Chart => Summary is null ? null : new CaseChart(Case.Id, Summary, Progress.Today);

    public bool MayIdentify => MayAmend && Case.PatientId is null;

    public bool MayAmend => Progress.MayCarry && Case.IsOpen;

    public bool MayTriage => MayAmend && Case.Status <= CaseStatus.DispatchRequested;

    /// <summary>A registered patient can be seen by video now, where the association offers it.</summary>
    public bool MayTurnToVideo => MayDecide && Case.PatientId is not null && Case.Status != CaseStatus.VideoVisit && Progress.Tenant.Settings.OnlineConsultation is not null;

    public bool MayDecide => MayTriage && Case.Level is not null && Progress.Active is null;
}

/// <summary>The chart of a case's patient.</summary>
public sealed record CaseChart(Guid CaseId, PatientSummary Summary, DateOnly Today);

/// <summary>The reader is a doctor who may decide.</summary>
public sealed record DecidingSelf(string Name);

/// <summary>The forms of the page: at most one of them was refused.</summary>
public sealed record CaseForms(FormState Call, FormState Patient, FormState Triage, FormState Outcome, FormState Unit)
{
    public static CaseForms Fresh => new(FormState.Empty, FormState.Empty, FormState.Empty, FormState.Empty, FormState.Empty);
}
