using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <summary>A consultation whose note was signed is reported to the primary clinic like a visit, once.</summary>
internal sealed class StoreConsultation(
    VisitsContext db, IConsultations consultations, ITenantResolver tenants, PortalSession session, Outbox outbox, AuditTrail audit, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "visits.consultation-signed";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<ConsultationSigned>();
        var signed = await consultations.FindSignedAsync(news.Consultation, cancellationToken)
            ?? throw new InvalidOperationException($"Consultation {news.Consultation.Value} was signed and is not there.");
        if (await db.Reports.AnyAsync(report => report.AppointmentId == news.Consultation.Value, cancellationToken))
        {
            return;
        }
        var now = clock.GetUtcNow();
        var tenant = tenants.ById(signed.TenantId)!;
        var report = VisitReport.OfConsultation(signed, now);
        var visit = HomeVisit.Of(signed, report, TenantCalendars.Of(tenant).OutOfHours.NightOf(signed.BeganAt, tenant.Zone), now);
        db.AddRange(report, visit);
        await db.SaveChangesAsync(cancellationToken);
        outbox.Publish(new ReportSubmitted(
            report.Id, news.Tenant, new ReportId(report.Id), new VisitId(visit.Id), visit.CaseId is { } of ? new CaseId(of) : null));
        if (visit.CaseId is not null)
        {
            session.Enqueue(WorkItem.For(
                MarkCaseReported.Kind, news.Tenant, new ReportStep(new ReportId(report.Id), signed.DoctorId, Roles.NightDoctor), $"{MarkCaseReported.Kind}:{report.Id}", now));
        }
        audit.Changed(signed.TenantId, "report", report.Id, fields: ["submitted"], patient: signed.PatientId);
        foreach (var clinic in new[] { visit.PrimaryClinicId, visit.SecondaryClinicId }.OfType<Guid>())
        {
            session.Changed(LiveTopics.Inbox(clinic));
        }
    }
}
