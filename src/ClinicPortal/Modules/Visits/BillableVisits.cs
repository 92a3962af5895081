using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits;

/// <summary>What this module tells others.</summary>
internal sealed class BillableVisits(VisitsContext db, Vault vault) : IVisits
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
}
