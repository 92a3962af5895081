using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Ui.Controls;

namespace ClinicPortal.Modules.NightDesk.ShowBoard;

/// <summary>
/// The night at a glance, worded and formatted: a board of fifty cases is drawn again at every change, so its page only writes.
/// </summary>
/// <param name="Night">11月22日(日).</param>
/// <param name="Topics">What the board follows.</param>
/// <param name="Closed">The last that ended tonight; <paramref name="ClosedCount"/> tells how many there were.</param>
/// <param name="MayCarry">The reader carries cases: sees the units, and is called by new cases.</param>
/// <param name="ManyAssociations">Cases of several associations stand beside each other and say whose they are.</param>
/// <param name="Overdue">The word beside a target that was missed.</param>
public sealed record Board(
    string Night, IReadOnlyList<string> Topics, IReadOnlyList<BoardCase> Open, IReadOnlyList<BoardCase> Closed, int ClosedCount,
    IReadOnlyList<BoardUnit> Units, bool MayCarry, bool ManyAssociations, string Overdue)
{
    /// <summary>Cases that wait for somebody at the desk.</summary>
    public int Waiting { get; } = Open.Count(c => c.Status is CaseStatus.Received or CaseStatus.Triaged or CaseStatus.DispatchRequested);
}

/// <param name="Colour">The level's class.</param>
/// <param name="Target">By when the association wants it: 目標 60分. Empty where it has set none.</param>
/// <param name="Person">86歳・女.</param>
/// <param name="Clinic">The primary clinic, or the facility that asked.</param>
/// <param name="Unit">The unit that was asked or is on its way.</param>
/// <param name="Handler">Who carries the case.</param>
/// <param name="Time">When it was received: 23:40.</param>
public sealed record BoardCase(
    Guid Id, CaseStatus Status, string Colour, string Level, string Number, string Association, string Pill, string StatusText, ClockFace Clock, string WaitsFor,
    string Target, string Name, string Kana, string Person, string Town, string Complaint, string Clinic, string Unit, string Handler, string Time);

/// <param name="Pill">The state's class.</param>
/// <param name="Tasks">What it holds; a case that is not the reader's is not named.</param>
public sealed record BoardUnit(
    string Name, string Association, string Pill, string State, string Doctor, string Driver, string Phone, IReadOnlyList<BoardTask> Tasks);

/// <param name="CaseId">Null when the case is not for the reader.</param>
public sealed record BoardTask(Guid? CaseId, string Number, string Name, string State);
