using System.Globalization;
using ClinicPortal.Modules.NightDesk.AnswerDispatch;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui.Controls;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk.ShowPhone;

/// <summary>
/// The night phone: the job at hand fills the screen. A doctor sees the patient's summary from the moment of being asked, a
/// driver only where to go and how to get in.
/// </summary>
public sealed class ShowPhone(
    NightDeskContext db, CurrentUser user, CaseAccess access, IPatients patients, IRoster roster, IOwnDuty duties, ITenantResolver tenants,
    AuditTrail audit, IHandsAreFull hands, CaseLabels labels, IStringLocalizer<PhonePage> text, TimeProvider clock)
{
    private bool IsDoctor => user.Is(Roles.NightDoctor);

    /// <param name="asked">A job to show instead of the one that comes first.</param>
    /// <param name="refresh">The screen re-reads itself, nobody asked for it again.</param>
    public async Task<PhoneScreen> HandleAsync(Guid? asked, bool refresh, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var jobs = await JobsAsync(cancellationToken);
        var current = jobs.Find(job => job.Dispatch.Id == asked) ?? jobs.FirstOrDefault();
        var shift = (await roster.OnDutyAsync(now, cancellationToken)).FirstOrDefault(u => u.DoctorId.Value == user.Id || u.DriverId?.Value == user.Id);
        var summary = current?.Case.PatientId is { } patient ? await patients.SummaryForCaseAsync(new PatientId(patient), cancellationToken) : null;
        Record(current, jobs, summary, refresh);
        var hasPatient = jobs.Any(job => HasPatient(job.Dispatch.State));
        await hands.NoteAsync(hasPatient, cancellationToken);
        return new PhoneScreen(
            current?.Dispatch.Id == asked ? asked : null,
            summary is null ? [LiveTopics.Phone(user.Id)] : [LiveTopics.Phone(user.Id), LiveTopics.Patient(summary.Patient.Id.Value)],
            shift is null ? null : Worded(shift),
            current is null ? null : Worded(current, summary, now),
            [.. jobs.Where(job => job != current).Select(Waiting)],
            IsDoctor && shift is not null,
            refresh ? [] : await duties.NowAsync(cancellationToken),
            hasPatient);
    }

    /// <summary>On the way or there: what the screen shows is needed, and no hand is free to say who reads it.</summary>
    private static bool HasPatient(DispatchState state) => state is DispatchState.Accepted or DispatchState.Departed or DispatchState.Arrived;

    /// <summary>Tonight's jobs that are not over, the one at hand first: what has begun comes before what is only asked.</summary>
    private async Task<List<Job>> JobsAsync(CancellationToken cancellationToken)
    {
        var found = await (
            from d in access.Jobs().AsNoTracking()
            join c in db.Cases.AsNoTracking() on new { d.TenantId, Id = d.CaseId } equals new { c.TenantId, c.Id }
            where d.State != DispatchState.Completed || c.Status == CaseStatus.ReportDue
            select new Job { Dispatch = d, Case = c }).ToListAsync(cancellationToken);
        return
        [
            .. from job in found
               where IsDoctor || job.Dispatch.IsActive
               orderby Rank(job.Dispatch.State), job.Case.Level, job.Dispatch.OfferedAt
               select job,
        ];
    }

    private static int Rank(DispatchState state) => state switch
    {
        DispatchState.Arrived => 0,
        DispatchState.Departed => 1,
        DispatchState.Accepted => 2,
        DispatchState.Offered => 3,
        _ => 4,
    };

    private void Record(Job? current, List<Job> jobs, PatientSummary? summary, bool refresh)
    {
        audit.Listed("case", jobs.Select(job => (job.Case.TenantId, job.Case.Id, job.Case.PatientId)), refresh);
        if (current is null || summary is null || !IsDoctor)
        {
            return;
        }
        if (refresh)
        {
            audit.Listed("patient", [(current.Case.TenantId, summary.Patient.Id.Value)], refresh: true);
        }
        else
        {
            audit.Opened(current.Case.TenantId, "patient", summary.Patient.Id.Value, current.Case.Number);
        }
    }

    private PhoneShift Worded(UnitOnDuty shift)
    {
        var zone = tenants.ById(shift.TenantId)!.Zone;
        return new PhoneShift(
            shift.UnitName, JapaneseDates.Time(shift.StartsAt, zone), JapaneseDates.Time(shift.EndsAt, zone), shift.DoctorName, shift.DriverName);
    }

    private PhoneJob Worded(Job job, PatientSummary? summary, DateTimeOffset now)
    {
        var (d, c) = (job.Dispatch, job.Case);
        var tenant = tenants.ById(c.TenantId)!;
        var (today, _) = WallClock.Of(now, tenant.Zone);
        var running = CaseClock.Of(
            new CaseTimes(c.Status, c.Level, c.ExpectedDeath, c.Night, c.ReceivedAt, c.DecidedAt, d.ArrivedAt, d.CompletedAt), tenant);
        return new PhoneJob(
            d.Id, c.Id, c.Number, tenant.Settings.ShortName.ToString(), d.State, labels[d.State], Pill(d.State), CaseLabels.Colour(c.Level), Level(c),
            ClockFace.At(now, running.From, running.Amber, running.Red), labels[running.WaitsFor], labels.Target(running, tenant.Zone), labels.Overdue,
            Patient(d, c, summary?.Chart, today), Numbers(c, tenant),
            IsDoctor ? new PhoneClinical(c.Complaint, c.LevelReason, c.ExpectedDeath, c.RequestedBy, c.DecidingDoctorName, summary, today) : null,
            Next(d.State), IsDoctor && d.State == DispatchState.Offered, d.State == DispatchState.Completed);
    }

    private PhonePatient Patient(Dispatch d, Case c, ChartSummary? chart, DateOnly today) => new(
        c.PatientName ?? text["UnknownPatient"], c.PatientKana ?? "", labels.AgeAndSex(c.PatientBirthDate, c.PatientSex, today),
        c.PatientAddress, Map(c), d is { MinutesToDoor: { } minutes, DistanceMetres: { } metres } ? text["Way", minutes, metres / 1000.0].Value : null,
        c.FacilityName, chart?.Entry, chart?.Parking, chart?.Pets);

    /// <summary>A geo URI (RFC 5870) opens whatever map the phone has; the address is what a person would have typed there.</summary>
    private static string? Map(Case c)
    {
        if (c.PatientAddress is not { } address)
        {
            return null;
        }
        var place = c is { Latitude: { } latitude, Longitude: { } longitude }
            ? string.Create(CultureInfo.InvariantCulture, $"{latitude},{longitude}")
            : "0,0";
        return $"geo:{place}?q={Uri.EscapeDataString(address)}";
    }

    private PhoneNumber[] Numbers(Case c, TenantInfo tenant)
    {
        var desk = tenants.Desks.FirstOrDefault(desk => desk.Identifier == tenant.Settings.Desk)?.Settings.Phone ?? tenant.Settings.PhoneNumbers.NightNumber;
        IEnumerable<(string Label, string? Number)> known =
        [
            (text["Call.Patient"], c.PatientPhone),
            ($"{labels[c.CallerKind]} {c.CallerName}".TrimEnd(), c.CallerPhone == c.PatientPhone ? null : c.CallerPhone),
            (text["Call.Desk"], desk),
        ];
        return [.. known.Where(one => !string.IsNullOrEmpty(one.Number)).Select(one => new PhoneNumber(one.Label, one.Number!))];
    }

    private PhoneWaiting Waiting(Job job) => new(
        job.Dispatch.Id, job.Dispatch.State == DispatchState.Offered, job.Case.Number, CaseLabels.Colour(job.Case.Level), Level(job.Case),
        job.Case.PatientName ?? text["UnknownPatient"], CaseLabels.Town(job.Case.PatientAddress), Pill(job.Dispatch.State),
        job.Dispatch.State == DispatchState.Completed ? labels[job.Case.Status] : labels[job.Dispatch.State]);

    /// <summary>The doctor answers for the unit; the driver may say where it is.</summary>
    private DispatchStep? Next(DispatchState state) => state switch
    {
        DispatchState.Offered when IsDoctor => DispatchStep.Accept,
        DispatchState.Accepted => DispatchStep.Depart,
        DispatchState.Departed => DispatchStep.Arrive,
        DispatchState.Arrived when IsDoctor => DispatchStep.Complete,
        _ => null,
    };

    private string Level(Case c) => c.Level is { } level ? labels[level] : labels.NoLevel;

    private static string Pill(DispatchState state) => state switch
    {
        DispatchState.Offered or DispatchState.Completed => "pill pill-warn",
        DispatchState.Arrived => "pill pill-ok",
        _ => "pill pill-info",
    };

    private sealed class Job
    {
        public required Dispatch Dispatch { get; init; }

        public required Case Case { get; init; }
    }
}
