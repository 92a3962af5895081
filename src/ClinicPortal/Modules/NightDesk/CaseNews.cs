using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>After every change of a case: the access log, and every live page that shows it.</summary>
public sealed class CaseNews(NightDeskContext db, PortalSession session, AuditTrail audit)
{
    public void Changed(Case subject, Dispatch? dispatch = null)
    {
        audit.Changed(
            subject.TenantId, "case", subject.Id, patient: subject.PatientId,
            fields: session.WrittenOf(subject.Id).Concat(dispatch is null ? [] : session.WrittenOf(dispatch.Id).Select(field => $"dispatch.{field}")));
        session.Changed(LiveTopics.Board(subject.TenantId));
        session.Changed(LiveTopics.Case(subject.Id));
        if (dispatch is not null)
        {
            session.Changed(LiveTopics.Phone(dispatch.DoctorId));
            if (dispatch.DriverId is { } driver)
            {
                session.Changed(LiveTopics.Phone(driver));
            }
        }
    }

    /// <summary>As <see cref="Changed"/>, and the phones of the unit that goes: what the desk learns on the way must reach it.</summary>
    public async Task ChangedOnTheWayAsync(Case subject, CancellationToken cancellationToken) =>
        Changed(subject, subject.Status < CaseStatus.DispatchRequested ? null : await db.Dispatches.AsNoTracking().FirstOrDefaultAsync(
            d => d.TenantId == subject.TenantId && d.CaseId == subject.Id
                && (d.State == DispatchState.Offered || d.State == DispatchState.Accepted || d.State == DispatchState.Departed || d.State == DispatchState.Arrived),
            cancellationToken));
}
