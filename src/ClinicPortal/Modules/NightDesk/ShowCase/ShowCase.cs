using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.AssignUnit;
using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.ShowCase;

/// <summary>受付票: reads one case for whoever may see it, and the chart beside it only for those whom the case gives a reason.</summary>
public sealed class ShowCase(
    NightDeskContext db, CurrentUser user, CaseAccess access, SuggestUnits suggest, Timeline timeline, IPatients patients, IMemberClinics clinics, ICover cover, IRoster roster,
    ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    /// <returns>Null when there is no such case for this reader.</returns>
    public async Task<CaseSheet?> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, null, cancellationToken) is not { } progress)
        {
            return null;
        }
        var found = progress.Case;
        audit.Opened(found.TenantId, "case", found.Id, patient: found.PatientId);
        var summary = await SummaryAsync(found, cancellationToken);
        if (summary is not null)
        {
            audit.Opened(found.TenantId, "patient", found.PatientId!.Value, found.Number);
        }
        var sheet = new CaseSheet(
            progress, summary, user.Is(Roles.DeskOperator) && found is { PatientId: not null, IsOpen: false }, [],
            user.Is(Roles.ClinicDoctor) ? new DecidingSelf(user.Name) : null)
        {
            Clinic = progress.MayCarry && found.PrimaryClinicId is { } clinic
                ? (await clinics.FindAsync(new ClinicId(clinic), cancellationToken))?.Membership.StateOn(progress.Today) ?? default : default,
            Cover = progress.MayCarry && found.PrimaryClinicId is { } held ? await cover.ForClinicAsync(new ClinicId(held), found.Night, found.ReceivedAt, cancellationToken) : null,
        };
        return sheet.MayDecide ? sheet with { Doctors = await DoctorsAsync(found, progress.Now, cancellationToken) } : sheet;
    }

    /// <summary>The moving parts alone, because something changed.</summary>
    /// <param name="seen">The revision that the page shows.</param>
    public async Task<CaseProgress?> RefreshAsync(Guid id, int? seen, CancellationToken cancellationToken)
    {
        var progress = await ReadAsync(id, seen, cancellationToken);
        if (progress is not null)
        {
            audit.Listed("case", [(progress.Case.TenantId, id, progress.Case.PatientId)], refresh: true);
        }
        return progress;
    }

    /// <summary>The chart alone, because the patient's clinic has changed it.</summary>
    /// <returns>Null when there is no chart for this reader (any more).</returns>
    public async Task<CaseChart?> RefreshChartAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await access.Visible().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } found
            || await SummaryAsync(found, cancellationToken) is not { } summary)
        {
            return null;
        }
        audit.Listed("patient", [(found.TenantId, summary.Patient.Id.Value)], refresh: true);
        return new CaseChart(id, summary, WallClock.Of(clock.GetUtcNow(), tenants.ById(found.TenantId)!.Zone).Date);
    }

    private async Task<CaseProgress?> ReadAsync(Guid id, int? seen, CancellationToken cancellationToken)
    {
        if (await access.Visible().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } found)
        {
            return null;
        }
        var now = clock.GetUtcNow();
        var tenant = tenants.ById(found.TenantId)!;
        var withoutReasons = user.Is(Roles.FacilityStaff);
        var dispatches = await db.Dispatches.AsNoTracking()
            .Where(d => d.TenantId == found.TenantId && d.CaseId == id).OrderByDescending(d => d.OfferedAt).ToListAsync(cancellationToken);
        var events = await db.CaseEvents.AsNoTracking()
            .Where(e => e.TenantId == found.TenantId && e.CaseId == id && e.At >= found.ReceivedAt).OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync(cancellationToken);
        var progress = new CaseProgress(
            found, tenant, dispatches, events.ConvertAll(e => timeline.Tell(e, tenant, withoutReasons)), [], now, access.MayCarry, withoutReasons, seen);
        return progress with
        {
            Units = progress.Next == NextStep.Assign ? await suggest.ForAsync(found, now, cancellationToken) : [],
            Dnar = progress.Calls119 && await SummaryAsync(found, cancellationToken) is { Chart.Dnar: true },
        };
    }

    /// <summary>The desk reads a chart only while there is a case of its patient; a clinic its own patients' charts always.</summary>
    private async Task<PatientSummary?> SummaryAsync(Case found, CancellationToken cancellationToken)
    {
        if (found.PatientId is not { } patient || user.Is(Roles.FacilityStaff))
        {
            return null;
        }
        if (user.Is(Roles.DeskOperator))
        {
            return found.IsOpen ? await patients.SummaryForCaseAsync(new PatientId(patient), cancellationToken) : null;
        }
        return await patients.SummaryAsync(new PatientId(patient), cancellationToken);
    }

    private async Task<IReadOnlyList<UnitOnDuty>> DoctorsAsync(Case found, DateTimeOffset now, CancellationToken cancellationToken) =>
    [
        .. (await roster.OnDutyAsync(now, cancellationToken)).DistinctBy(u => u.DoctorId)
            .OrderByDescending(u => u.TenantId == found.TenantId).ThenBy(u => u.UnitName, StringComparer.Ordinal),
    ];
}
