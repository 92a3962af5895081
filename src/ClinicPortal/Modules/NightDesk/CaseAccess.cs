using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>
/// Who may see and carry a case. The tenant scope has been applied already; this decides inside it. A case that is not for the
/// caller does not exist for the caller.
/// </summary>
public sealed class CaseAccess(NightDeskContext db, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>A doctor's and driver's right to a chart ends with the night, counted from when their unit was asked.</summary>
    private static readonly TimeSpan Tonight = TimeSpan.FromHours(24);

    /// <summary>Roles that see cases, each those that concern it.</summary>
    public static IReadOnlyList<string> Readers { get; } =
        [Roles.DeskOperator, Roles.NightDoctor, Roles.Driver, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff];

    /// <summary>The cases that the caller may see.</summary>
    public IQueryable<Case> Visible()
    {
        var organisation = user.OrganisationId;
        var jobs = Jobs();
        return user.Role switch
        {
            Roles.DeskOperator or Roles.Portal => db.Cases,
            Roles.NightDoctor or Roles.Driver => db.Cases.Where(c => jobs.Any(d => d.CaseId == c.Id && d.TenantId == c.TenantId)),
            Roles.ClinicDoctor or Roles.ClinicStaff when Paired => db.Cases.Where(c => c.PrimaryClinicId == organisation || c.SecondaryClinicId == organisation),
            Roles.ClinicDoctor or Roles.ClinicStaff => db.Cases.Where(c => c.PrimaryClinicId == organisation),
            Roles.FacilityStaff => db.Cases.Where(c => c.FacilityId == organisation),
            _ => db.Cases.Where(c => false),
        };
    }

    /// <summary>When the night began that still counts.</summary>
    public DateTimeOffset TonightSince => clock.GetUtcNow() - Tonight;

    /// <summary>Doctors and drivers, who see of others' units nothing.</summary>
    public bool IsOfUnit => user.Is(Roles.NightDoctor, Roles.Driver);

    /// <summary>Tonight's requests to the caller's own unit, whatever it answered; a doctor keeps a visit until its report is handed in.</summary>
    public IQueryable<Dispatch> Own()
    {
        var (me, since) = (user.Id, TonightSince);
        return db.Dispatches.Where(d => (d.OfferedAt > since && (d.DoctorId == me || d.DriverId == me))
            || (d.DoctorId == me && (d.State == DispatchState.Arrived || d.State == DispatchState.Completed)
                && db.Cases.Any(c => c.TenantId == d.TenantId && c.Id == d.CaseId && c.ClosedAt == null)));
    }

    /// <summary>Of those, the ones that the unit goes or went to.</summary>
    public IQueryable<Dispatch> Jobs() => Own().Where(d => d.State != DispatchState.Declined && d.State != DispatchState.Withdrawn);

    public Task<Case?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        Visible().FirstOrDefaultAsync(c => c.Id == id, cancellationToken);

    /// <summary>The desk carries every case; where clinics pair up they carry their own.</summary>
    public bool MayCarry => user.Role == Roles.DeskOperator || (Paired && user.Role is Roles.ClinicDoctor or Roles.ClinicStaff);

    public bool MayOpen(TenantInfo tenant, CasePatient patient) => user.Role switch
    {
        Roles.DeskOperator => true,
        Roles.ClinicDoctor or Roles.ClinicStaff => patient.PrimaryClinicId == user.OrganisationId
            || (tenant.Settings.CareModel == CareModel.PairedPhysicians && patient.SecondaryClinicId == user.OrganisationId),
        Roles.FacilityStaff => patient.FacilityId == user.OrganisationId,
        _ => false,
    };

    private bool Paired => user.TenantId is { } own && tenants.ById(own)?.Settings.CareModel == CareModel.PairedPhysicians;
}
