using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.FollowMembership;

/// <summary>Cover waits while its clinic is suspended, and ends on the clinic's last day.</summary>
internal sealed class FollowMembership(CoverageDbContext db, IMemberClinics clinics, AuditTrail audit, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "coverage.membership-changed";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<MembershipChanged>();
        var id = news.Clinic.Value;
        await db.LockCoverAsync(id, cancellationToken);
        if (await clinics.FindAsync(news.Clinic, cancellationToken) is not { } clinic)
        {
            return;
        }
        var (today, _) = WallClock.Of(clock.GetUtcNow(), tenants.ById(news.Tenant.Value)!.Zone);
        var paused = await KeepPauseAsync(news.Tenant.Value, id, clinic.Membership.SuspendedFrom, today, cancellationToken);
        var all = await db.Subscriptions.Where(s => s.ClinicId == id).ToListAsync(cancellationToken);
        foreach (var subscription in all)
        {
            // A clinic that had left begins anew; one that stays after all goes on, unless it has chosen what follows.
            var reopens = news.FormerLastDay >= today && !all.Exists(other => other.StartsOn > subscription.StartsOn) ? news.FormerLastDay : null;
            if (clinic.Membership.LeavesOn < subscription.StartsOn)
            {
                db.Remove(subscription);
            }
            else if (!subscription.Follow(clinic.Membership.LeavesOn, reopens) && !paused)
            {
                continue;
            }
            audit.Changed(subscription.TenantId, "cover-subscription", subscription.Id, "membership");
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Suspensions stay written when they are over: the nights are not charged for, whenever the month is computed.</summary>
    /// <returns>Whether anything changed.</returns>
    private async Task<bool> KeepPauseAsync(Guid tenant, Guid clinic, DateOnly? suspendedFrom, DateOnly today, CancellationToken cancellationToken)
    {
        var open = await db.Pauses.SingleOrDefaultAsync(p => p.ClinicId == clinic && p.Reason == PauseReason.Membership && p.UntilNight == null, cancellationToken);
        if (open?.FromNight == suspendedFrom)
        {
            return false;
        }
        open?.End(today.AddDays(-1));
        if (suspendedFrom is { } from)
        {
            db.Add(PausedNights.Of(tenant, clinic, from, null, PauseReason.Membership, clock.GetUtcNow()));
        }
        return true;
    }
}
