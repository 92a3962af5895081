using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits;

/// <summary>What this module tells others.</summary>
internal sealed partial class BillableVisits(VisitsContext db, Vault vault, ICases cases, ITenantResolver tenants, ILogger<BillableVisits> logger) : IVisits
{
    public async Task<BillableVisit?> FindBillableAsync(VisitId id, CancellationToken cancellationToken) =>
        (await BillableAsync(db.Visits.Where(visit => visit.Id == id.Value), cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<BillableVisit>> OfCaseAsync(CaseId id, CancellationToken cancellationToken) =>
        BillableAsync(db.Visits.Where(visit => visit.CaseId == id.Value), cancellationToken);

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
                visit.Id, visit.Kind, visit.CaseNumber, visit.Night, visit.DispatchId, visit.DoctorId, visit.DoctorName, visit.Employing, visit.ArrivedAt, visit.FinishedAt, visit.ReportId, report.SealedContent,
            }).ToListAsync(cancellationToken);
        var crews = await cases.CrewsAsync([.. rows.Select(row => row.DispatchId).OfType<Guid>()], cancellationToken);
        return rows.ConvertAll(row =>
        {
            var crew = row.DispatchId is { } dispatch ? crews.GetValueOrDefault(dispatch) : null;
            return new WorkedVisit(
                new VisitId(row.Id), row.Kind, row.CaseNumber, row.Night, crew?.ShiftId, new AccountId(row.DoctorId), row.DoctorName, row.Employing.Name, row.Employing.Code,
                crew?.DriverId, row.ArrivedAt, row.FinishedAt, EndOfLife(row.SealedContent, tenant.Value, row.ReportId));
        });
    }

    private async Task<IReadOnlyList<BillableVisit>> BillableAsync(IQueryable<HomeVisit> visits, CancellationToken cancellationToken)
    {
        var rows = await (
            from visit in visits.AsNoTracking()
            join report in db.Reports.AsNoTracking() on new { visit.TenantId, Id = visit.ReportId } equals new { report.TenantId, report.Id }
            orderby visit.Id
            select new { Visit = visit, report.Id, report.SealedContent }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new BillableVisit(
            new TenantId(row.Visit.TenantId), new VisitId(row.Visit.Id), row.Visit.Kind, row.Visit.CaseId is { } of ? new CaseId(of) : null, row.Visit.CaseNumber, row.Visit.Night,
            row.Visit.PrimaryClinicId is { } clinic ? new ClinicId(clinic) : null, row.Visit.PrimaryClinicName, row.Visit.ArrivedAt, vault.Open(row.SealedContent, row.Visit.TenantId, row.Id).EndOfLife));
    }

    /// <summary>One report that was tampered with must not keep everybody from their pay.</summary>
    private bool? EndOfLife(Sealed<ReportContent> content, Guid tenant, Guid report)
    {
        try
        {
            return vault.Open(content, tenant, report).EndOfLife;
        }
        catch (TamperedException tampered)
        {
            TamperedWith(tampered, report);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The report {Report} was tampered with: its visit is set aside")]
    private partial void TamperedWith(Exception tampered, Guid report);
}
