using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits;

/// <summary>What this module tells others.</summary>
internal sealed class BillableVisits(VisitsContext db, Vault vault, ICases cases, ITenantResolver tenants) : IVisits
{
    public async Task<BillableVisit?> FindBillableAsync(VisitId id, CancellationToken cancellationToken)
    {
        var row = await (
            from visit in db.Visits.AsNoTracking()
            where visit.Id == id.Value
            join report in db.Reports.AsNoTracking() on new { visit.TenantId, Id = visit.ReportId } equals new { report.TenantId, report.Id }
            select new { Visit = visit, report.Id, report.SealedContent }).SingleOrDefaultAsync(cancellationToken);
        return row is null ? null : new BillableVisit(
            new TenantId(row.Visit.TenantId), id, row.Visit.Kind, row.Visit.CaseId is { } of ? new CaseId(of) : null, row.Visit.CaseNumber, row.Visit.Night,
            row.Visit.PrimaryClinicId is { } clinic ? new ClinicId(clinic) : null, row.Visit.PrimaryClinicName, row.Visit.ArrivedAt, vault.Open(row.SealedContent, row.Visit.TenantId, row.Id).EndOfLife);
    }

    public async Task<IReadOnlyList<WorkedVisit>> ArrivedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken cancellationToken)
    {
        var zone = tenants.ById(tenant.Value)!.Zone;
        var (begin, until) = (WallClock.EndOf(firstDay.AddDays(-1), zone), WallClock.EndOf(lastDay, zone));
        var rows = await (
            from visit in db.Visits.AsNoTracking()
            where visit.TenantId == tenant.Value && visit.ArrivedAt >= begin && visit.ArrivedAt < until
            join report in db.Reports.AsNoTracking() on new { visit.TenantId, Id = visit.ReportId } equals new { report.TenantId, report.Id }
            orderby visit.ArrivedAt, visit.Id
            select new
            {
                visit.Id, visit.Kind, visit.CaseNumber, visit.Night, visit.DispatchId, visit.DoctorId, visit.ArrivedAt, visit.FinishedAt, visit.ReportId, report.SealedContent,
            }).ToListAsync(cancellationToken);
        var crews = await cases.CrewsAsync([.. rows.Select(row => row.DispatchId).OfType<Guid>()], cancellationToken);
        return rows.ConvertAll(row =>
        {
            var crew = row.DispatchId is { } dispatch ? crews.GetValueOrDefault(dispatch) : null;
            return new WorkedVisit(
                new VisitId(row.Id), row.Kind, row.CaseNumber, row.Night, crew?.ShiftId, new AccountId(row.DoctorId), crew?.DriverId, row.ArrivedAt, row.FinishedAt,
                vault.Open(row.SealedContent, tenant.Value, row.ReportId).EndOfLife);
        });
    }
}
