using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.ShowReport;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.ShowInbox;

/// <param name="BrokenGlass">Records of the clinic's patients that somebody opened in an emergency.</param>
/// <param name="AskedFor">Online consultations that somebody asks for and the clinic has not answered.</param>
public sealed record Inbox(Guid ClinicId, TenantInfo Tenant, IReadOnlyList<InboxReport> Reports, IReadOnlyList<BrokenGlassNotice> BrokenGlass, int AskedFor = 0)
{
    public IReadOnlyList<string> Topics => [LiveTopics.Inbox(ClinicId), ConsultationTopics.Clinic(ClinicId)];

    public int Unread => Reports.Count(report => report.State == ReadingState.Unread);
}

/// <param name="MayAcknowledge">The patient is this clinic's own, and nobody of it has confirmed the report.</param>
public sealed record InboxReport(ReportDetails Report, ReadingState State, bool MayAcknowledge);

/// <summary>How far a clinic has got with a report; unread comes first.</summary>
public enum ReadingState
{
    Unread,
    Read,
    Acknowledged,
}

/// <summary>新着報告: last night's visits of the clinic's patients, and whatever nobody has confirmed yet, each readable in thirty seconds.</summary>
public sealed class ShowInboxHandler(
    VisitsContext db, ReportAccess access, IBrokenGlass glass, IConsultations consultations, AuditTrail audit, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    private const int Limit = 100;
    private static readonly TimeSpan LastNight = TimeSpan.FromHours(36);
    private static readonly TimeSpan Unconfirmed = TimeSpan.FromDays(60);

    /// <param name="refresh">The list re-reads itself because something changed.</param>
    public async Task<Inbox> HandleAsync(bool refresh, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId ?? throw new InvalidOperationException("An inbox belongs to a clinic.");
        var tenant = tenants.ById(user.TenantId ?? throw new InvalidOperationException("A clinic belongs to an association."))!;
        var (recent, oldest) = (clock.GetUtcNow() - LastNight, clock.GetUtcNow() - Unconfirmed);
        var rows = await (
            from visit in await access.VisibleAsync(cancellationToken)
            join report in db.Reports.AsNoTracking() on new { visit.TenantId, Id = visit.ReportId } equals new { report.TenantId, report.Id }
            where report.SubmittedAt > oldest && (report.SubmittedAt > recent
                || !db.Receipts.Any(r => r.TenantId == report.TenantId && r.ReportId == report.Id && r.ClinicId == clinic && r.AcknowledgedAt != null))
            orderby report.SubmittedAt descending
            select new { Visit = visit, Report = report }).Take(Limit).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Report.Id);
        var receipts = (await db.Receipts.AsNoTracking().Where(r => ids.Contains(r.ReportId)).ToListAsync(cancellationToken)).ToLookup(r => r.ReportId);
        audit.Listed("report", rows.Select(row => (row.Report.TenantId, row.Report.Id, row.Visit.PatientId)), refresh);
        return new Inbox(clinic, tenant, [.. rows.Select(row =>
        {
            var own = receipts[row.Report.Id].Where(r => r.ClinicId == clinic).ToList();
            var state = own.Exists(r => r.AcknowledgedAt is not null) ? ReadingState.Acknowledged
                : own.Count > 0 ? ReadingState.Read : ReadingState.Unread;
            return new InboxReport(
                ReportDetails.Of(row.Visit, row.Report, tenant.Identifier, receipts[row.Report.Id]), state,
                state != ReadingState.Acknowledged && row.Visit.PrimaryClinicId == clinic);
        }).OrderBy(report => report.State)], access.IsClinic ? await glass.OfOwnPatientsAsync(cancellationToken) : [],
            access.IsClinic ? await consultations.AskedForAsync(new ClinicId(clinic), cancellationToken) : 0);
    }
}
