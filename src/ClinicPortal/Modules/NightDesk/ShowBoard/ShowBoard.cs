using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui.Controls;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk.ShowBoard;

/// <summary>
/// 受付ボード: what is open tonight, by urgency, and who can go. Four round trips in all: the request's scope, the cases, the
/// units, and the access log with the commit.
/// </summary>
public sealed class ShowBoard(
    BoardRows rows, CaseAccess access, IRoster roster, ITenantResolver tenants, TenantScope scope, AuditTrail audit, CaseLabels labels,
    IStringLocalizer<NightDeskText> text, TimeProvider clock)
{
    private const int ClosedOnScreen = 50;

    /// <param name="refresh">The board re-reads itself, nobody asked for it again.</param>
    public async Task<Board> HandleAsync(bool refresh, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var served = scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().ToDictionary(t => t.Id);
        var night = served.Values.Select(t => TenantCalendars.Of(t).OutOfHours.NightOf(now, t.Zone)).DefaultIfEmpty(DateOnly.FromDateTime(now.UtcDateTime)).Min();
        var found = await rows.ReadAsync(night, cancellationToken);
        var units = access.MayCarry ? await roster.OnDutyAsync(now, cancellationToken) : [];
        audit.Listed("case", found.Where(r => r.Id is not null).Select(r => (r.TenantId, r.Id!.Value, r.PatientId)), refresh);

        var open = found.Where(r => r is { Id: not null, ClosedAt: null }).OrderBy(Urgency).ThenBy(r => r.ReceivedAt).ToList();
        var closed = found.Where(r => r.ClosedAt is not null).OrderByDescending(r => r.ClosedAt).ToList();
        return new Board(
            ScreenDates.Day(night),
            [.. served.Keys.Select(LiveTopics.Board)],
            open.ConvertAll(r => Worded(r, served[r.TenantId], now)),
            closed.Take(ClosedOnScreen).Select(r => Worded(r, served[r.TenantId], now)).ToList(),
            closed.Count,
            [.. units.Select(u => Worded(u, found, served))],
            access.MayCarry,
            served.Count > 1,
            labels.Overdue);
    }

    /// <summary>
    /// Nobody has judged a case without a level yet: only what is known to be red comes before it. Who has been visited waits for
    /// paper alone, however bad it was.
    /// </summary>
    private static int Urgency(BoardRow row) => row switch
    {
        { Status: CaseStatus.ReportDue } => int.MaxValue,
        { Level: TriageLevel.Red } => 0,
        { Level: null } => 1,
        { Level: { } known } => (int)known + 1,
    };

    private BoardCase Worded(BoardRow row, TenantInfo tenant, DateTimeOffset now)
    {
        var (today, _) = WallClock.Of(now, tenant.Zone);
        var running = CaseClock.Of(
            new CaseTimes(row.Status, row.Level, row.ExpectedDeath, row.Night, row.ReceivedAt, row.DecidedAt, row.ArrivedAt, row.CompletedAt), tenant);
        return new BoardCase(
            row.Id!.Value, row.Status, CaseLabels.Colour(row.Level), row.Level is { } level ? labels[level] : labels.NoLevel, row.Number ?? "",
            tenant.Settings.ShortName.ToString(), CaseLabels.Pill(row.Status), labels[row.Status],
            ClockFace.At(now, running.From, running.Amber, running.Red), labels[running.WaitsFor], labels.Target(running, tenant.Zone),
            row.Name ?? text["Board.UnknownPatient"], row.Kana ?? "", labels.AgeAndSex(row.BirthDate, row.Sex, today), CaseLabels.Town(row.Address),
            row.Told is null ? text["Board.Tampered"] : row.Complaint ?? "", row.Clinic ?? row.Facility ?? text["Board.NoClinic"], row.UnitName ?? "", row.Handler ?? "",
            JapaneseDates.Time(row.ReceivedAt, tenant.Zone));
    }

    private BoardUnit Worded(UnitOnDuty unit, IReadOnlyList<BoardRow> found, Dictionary<Guid, TenantInfo> served)
    {
        var held = found.Where(r => r.UnitId == unit.UnitId && r.UnitState is not (null or DispatchState.Completed)).OrderByDescending(r => r.UnitState).ToList();
        var state = held.Count == 0 ? null : held[0].UnitState;
        return new BoardUnit(
            unit.UnitName, served[unit.TenantId].Settings.ShortName.ToString(),
            state switch { null => "pill pill-ok", DispatchState.Offered => "pill pill-warn", _ => "pill pill-info" },
            state is { } busy ? labels[busy] : text["Unit.Free"],
            unit.DoctorName, unit.DriverName ?? "", unit.UnitPhone ?? "",
            held.ConvertAll(r => new BoardTask(r.Id, r.Number ?? "", r.Name ?? text["Board.UnknownPatient"], labels[r.UnitState!.Value])));
    }
}
