using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>After every change of a case: the access log, and every live page that shows it.</summary>
public sealed class CaseNews(PortalSession session, AuditTrail audit)
{
    public void Changed(Case subject, Dispatch? dispatch = null)
    {
        audit.Changed(subject.TenantId, "case", subject.Id);
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
}
