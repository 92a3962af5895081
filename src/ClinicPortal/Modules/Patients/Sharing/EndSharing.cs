using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.Sharing;

/// <summary>
/// After a clinic's last day nothing is shared by it or with it, and nothing comes back should it rejoin: whoever consented did so for a
/// member. A suspension ends nothing: such a clinic goes on reading, its own patients and what is shared with it, and gives nothing new.
/// </summary>
internal sealed class EndSharing(
    PatientsDbContext db, IMemberClinics clinics, ITenantResolver tenants, PortalSession session, AuditTrail audit, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "patients.sharing-of-member";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<MembershipChanged>();
        // What was decided last counts: it may stay after all, or leave on another day.
        if (await clinics.FindAsync(news.Clinic, cancellationToken) is not { Membership.LeavesOn: { } last } leaving)
        {
            return;
        }
        var now = clock.GetUtcNow();
        var dueAt = WallClock.EndOf(last, tenants.ById(news.Tenant.Value)!.Zone);
        if (now < dueAt)
        {
            session.Enqueue(WorkItem.For(Kind, news.Tenant, news, $"{Kind}:{news.Id}:{last:O}", now, dueAt));
            return;
        }
        var id = news.Clinic.Value;
        var grants = await db.Grants.Where(g => (g.ClinicId == id || g.GranteeId == id) && g.RevokedAt == null && g.ExpiresAt > now).ToListAsync(cancellationToken);
        foreach (var grant in grants)
        {
            grant.EndWithMembership(leaving.Name, now);
        }
        await db.SaveChangesAsync(cancellationToken);
        foreach (var grant in grants)
        {
            audit.Changed(grant.TenantId, "sharing", grant.Id, "revoked, clinic left", patient: grant.PatientId);
            session.Changed(LiveTopics.Patient(grant.PatientId));
        }
    }
}
