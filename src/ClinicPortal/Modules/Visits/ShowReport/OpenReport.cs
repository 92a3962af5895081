using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.ShowReport;

/// <param name="Paper">The printable letter was opened.</param>
public sealed record OpenReportInput(Guid Id, bool Paper = false);

/// <param name="MayAcknowledge">The caller is of the primary clinic and has not confirmed it.</param>
public sealed record OpenedReport(ReportDetails Report, TenantInfo Tenant, bool MayAcknowledge);

/// <summary>Shows one report in full. Opening is on the access log and, for clinics, a read receipt.</summary>
public sealed class OpenReportHandler(
    VisitsContext db, ReportAccess access, AuditTrail audit, PortalSession session, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<Result<OpenedReport>> HandleAsync(OpenReportInput input, CancellationToken cancellationToken)
    {
        var visit = await (await access.ReadableAsync(cancellationToken)).SingleOrDefaultAsync(v => v.ReportId == input.Id, cancellationToken);
        if (visit is null)
        {
            return Error.NotFound("report.not-found");
        }
        var report = await db.Reports.SingleAsync(r => r.TenantId == visit.TenantId && r.Id == visit.ReportId, cancellationToken);
        var receipts = await db.Receipts.Where(r => r.TenantId == visit.TenantId && r.ReportId == visit.ReportId).ToListAsync(cancellationToken);
        if (access.IsClinic && receipts.All(r => r.AccountId != user.Id))
        {
            var receipt = ReportReceipt.Of(report, user, clock.GetUtcNow());
            receipts.Add(receipt);
            await AddAsync(receipt, cancellationToken);
            session.Changed(LiveTopics.Inbox(receipt.ClinicId));
        }
        audit.Opened(visit.TenantId, "report", report.Id, detail: input.Paper ? "print" : null, patient: visit.PatientId);
        var tenant = tenants.ById(visit.TenantId)!;
        return new OpenedReport(
            ReportDetails.Of(visit, report, tenant.Identifier, receipts), tenant,
            access.IsClinic && visit.PrimaryClinicId == user.OrganisationId
                && receipts.All(r => r.ClinicId != visit.PrimaryClinicId || r.AcknowledgedAt is null));
    }

    /// <summary>Not through the context: the same person opening it in two tabs at once must not fail the second.</summary>
    private Task AddAsync(ReportReceipt receipt, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync($"""
        INSERT INTO visits.report_receipt (tenant_id, report_id, account_id, account_name, clinic_id, read_at)
        VALUES ({receipt.TenantId}, {receipt.ReportId}, {receipt.AccountId}, {receipt.AccountName}, {receipt.ClinicId}, {receipt.ReadAt})
        ON CONFLICT DO NOTHING
        """, cancellationToken);
}
