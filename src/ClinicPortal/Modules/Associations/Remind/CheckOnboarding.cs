using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Remind;

/// <summary>Every morning, as long as a clinic of the association is not ready: whose checklist stands still is reminded.</summary>
internal sealed class CheckOnboarding(
    AssociationsDbContext db, OnboardingProgress progress, PortalSession session, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    private static readonly TimeOnly Morning = new(9, 0);

    public static string Kind => "associations.check-onboarding";

    /// <summary>The next morning's look; asked for by whoever adds clinics, and there once a day whoever asks.</summary>
    public static WorkItem Next(TenantInfo tenant, DateTimeOffset now)
    {
        var day = WallClock.Of(now, tenant.Zone).Date.AddDays(1);
        return WorkItem.For(Kind, new TenantId(tenant.Id), day, $"{Kind}:{tenant.Id}:{day:yyyy-MM-dd}", now, WallClock.At(day, Morning, tenant.Zone).ToUniversalTime());
    }

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(item.Tenant!.Value.Value)!;
        var now = clock.GetUtcNow();
        var today = WallClock.Of(now, tenant.Zone).Date;
        var steps = await progress.ReadAsync(null, cancellationToken);
        var clinics = await db.Clinics.AsNoTracking().Include(c => c.Changes).ToListAsync(cancellationToken);
        var watches = await db.Watches.ToDictionaryAsync(w => w.ClinicId, cancellationToken);
        var open = clinics.Where(c => c.StateOn(today) is MembershipState.Active or MembershipState.Leaving && steps[c.Id].Any(s => !s.IsDone)).ToList();
        foreach (var clinic in open)
        {
            var done = steps[clinic.Id].Count(s => s.IsDone);
            if (!watches.TryGetValue(clinic.Id, out var watch))
            {
                var since = clinic.Changes.Count > 0 ? clinic.Changes.Max(c => c.At) : now;
                db.Watches.Add(watch = new OnboardingWatch(clinic.TenantId, clinic.Id, done, since));
            }
            if (watch.Look(done, now) && clinic.ContactEmail is not null)
            {
                session.Enqueue(RemindClinic.Of(tenant, clinic.Id, $"{watch.Since.UtcTicks}:{watch.RemindedAfterDays}", now));
                session.Enqueue(InviteAdministrator.Of(clinic.TenantId, clinic.Id, now));
            }
        }
        await db.SaveChangesAsync(cancellationToken);
        if (open.Count > 0)
        {
            session.Enqueue(Next(tenant, now));
        }
    }
}
