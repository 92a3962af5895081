using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits;

/// <summary>Who may know of which visits whose report was handed in. What is not for the caller does not exist for the caller.</summary>
public sealed class ReportAccess(VisitsContext db, ICases cases, CurrentUser user, ITenantResolver tenants)
{
    public bool IsClinic => user.Is(Roles.ClinicDoctor, Roles.ClinicStaff);

    /// <summary>
    /// Clinics: of their own patients, where physicians pair up as secondary physician too. Night doctors: what they
    /// wrote on tonight's jobs. The desk and the portal's jobs: all in scope.
    /// </summary>
    public async Task<IQueryable<HomeVisit>> VisibleAsync(CancellationToken cancellationToken)
    {
        var (me, organisation) = (user.Id, user.OrganisationId);
        Guid[] tonight = user.Is(Roles.NightDoctor) ? [.. (await cases.OfTonightAsync(cancellationToken)).Select(id => id.Value)] : [];
        return user.Role switch
        {
            Roles.DeskOperator or Roles.Portal => db.Visits.AsNoTracking(),
            Roles.NightDoctor => db.Visits.AsNoTracking().Where(visit => visit.DoctorId == me && tonight.Contains(visit.CaseId)),
            Roles.ClinicDoctor or Roles.ClinicStaff when Paired => db.Visits.AsNoTracking()
                .Where(visit => visit.PrimaryClinicId == organisation || visit.SecondaryClinicId == organisation),
            Roles.ClinicDoctor or Roles.ClinicStaff => db.Visits.AsNoTracking().Where(visit => visit.PrimaryClinicId == organisation),
            _ => db.Visits.AsNoTracking().Where(visit => false),
        };
    }

    /// <summary>The desk follows whether a report came and was read; what it says is between the doctor and the clinics.</summary>
    public async Task<IQueryable<HomeVisit>> ReadableAsync(CancellationToken cancellationToken)
    {
        var visible = await VisibleAsync(cancellationToken);
        return user.Is(Roles.DeskOperator) ? visible.Where(visit => false) : visible;
    }

    private bool Paired => user.TenantId is { } own && tenants.ById(own)?.Settings.CareModel == CareModel.PairedPhysicians;
}
