using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits;

/// <summary>Who may know of which visits whose report was handed in. What is not for the caller does not exist for the caller.</summary>
public sealed class ReportAccess(VisitsContext db, ICases cases, ISharing sharing, CurrentUser user)
{
    public bool IsClinic => user.Is(Roles.ClinicDoctor, Roles.ClinicStaff);

    /// <summary>
    /// Clinics: of their own patients; as secondary physician, if the primary clinic's rule says so; and what is shared with them.
    /// Facilities: of their residents by the same rule, and what is shared with them. Night doctors: what they
    /// wrote on tonight's jobs. The desk and the portal's jobs: all in scope.
    /// </summary>
    public async Task<IQueryable<HomeVisit>> VisibleAsync(CancellationToken cancellationToken)
    {
        var (me, organisation) = (user.Id, user.OrganisationId);
        Guid[] tonight = user.Is(Roles.NightDoctor) ? [.. (await cases.OfTonightAsync(cancellationToken)).Select(id => id.Value)] : [];
        return user.Role switch
        {
            Roles.DeskOperator or Roles.Portal => db.Visits.AsNoTracking(),
            Roles.NightDoctor => db.Visits.AsNoTracking().Where(visit => visit.DoctorId == me && tonight.Contains(visit.CaseId!.Value)),
            Roles.ClinicDoctor or Roles.ClinicStaff => OfClinic(organisation, await sharing.ReportsAsync(cancellationToken)),
            Roles.FacilityStaff => OfFacility(organisation, await sharing.ReportsAsync(cancellationToken)),
            _ => db.Visits.AsNoTracking().Where(visit => false),
        };
    }

    /// <summary>The desk follows whether a report came and was read; what it says is between the doctor and the clinics.</summary>
    public async Task<IQueryable<HomeVisit>> ReadableAsync(CancellationToken cancellationToken)
    {
        var visible = await VisibleAsync(cancellationToken);
        return user.Is(Roles.DeskOperator) ? visible.Where(visit => false) : visible;
    }

    private IQueryable<HomeVisit> OfClinic(Guid? clinic, SharedReports shared)
    {
        var (patients, usual, otherwise) = (shared.Patients, shared.SecondaryByDefault, shared.SecondaryOtherwise);
        return db.Visits.AsNoTracking().Where(visit => visit.PrimaryClinicId == clinic
            || (visit.SecondaryClinicId == clinic && usual != otherwise.Contains(visit.PrimaryClinicId!.Value))
            || patients.Contains(visit.PatientId!.Value));
    }

    private IQueryable<HomeVisit> OfFacility(Guid? facility, SharedReports shared)
    {
        var (patients, allowing) = (shared.Patients, shared.Facility);
        return db.Visits.AsNoTracking().Where(visit => (visit.FacilityId == facility && allowing.Contains(visit.PrimaryClinicId!.Value))
            || patients.Contains(visit.PatientId!.Value));
    }
}
