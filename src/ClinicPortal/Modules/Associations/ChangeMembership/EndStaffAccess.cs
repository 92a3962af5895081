using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Associations.ChangeMembership;

/// <summary>Whoever works for a clinic that leaves may act for it until the end of its last day; when it stays after all, as before.</summary>
internal sealed class EndStaffAccess(
    IMemberClinics clinics, IOrganisationPeople people, ITenantResolver tenants, PortalSession session, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "associations.staff-of-member";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<MembershipChanged>();
        var zone = tenants.ById(news.Tenant.Value)!.Zone;
        // What was decided last counts, in whatever order the news comes.
        if (await clinics.FindAsync(news.Clinic, cancellationToken) is not { } clinic)
        {
            return;
        }
        if (news.FormerLastDay is { } former && former != clinic.Membership.LeavesOn && WallClock.EndOf(former, zone) is var end && end > clock.GetUtcNow())
        {
            await people.ReopenAsync(news.Clinic.Value, end, cancellationToken);
        }
        if (clinic.Membership.LeavesOn is { } last)
        {
            await people.EndAsync(news.Clinic.Value, WallClock.EndOf(last, zone), cancellationToken);
            var now = clock.GetUtcNow();
            if (now < WallClock.EndOf(last, zone))
            {
                // Once more when the day is over: for whoever joins until then.
                session.Enqueue(WorkItem.For(Kind, news.Tenant, news, $"{Kind}:{news.Id}:due", now, WallClock.EndOf(last, zone)));
            }
        }
    }
}
