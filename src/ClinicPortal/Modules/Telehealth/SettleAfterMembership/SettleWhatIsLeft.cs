using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Telehealth.SettleAfterMembership;

/// <summary>A clinic leaves: on the morning of its last day what nobody has settled by then is called off, so that no patient waits for a doctor who does not come.</summary>
internal sealed class FollowMembership(PortalSession session, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    private static readonly TimeOnly Morning = new(9, 0);

    /// <summary>Of whoever ends a membership from one day to the next, to hand over what can be.</summary>
    private static readonly TimeSpan TimeToSettle = TimeSpan.FromHours(1);

    public static string Kind => "telehealth.membership-changed";

    public Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<MembershipChanged>();
        if (news.LastDay is { } last)
        {
            var (now, morning) = (clock.GetUtcNow(), WallClock.At(last, Morning, tenants.ById(news.Tenant.Value)!.Zone).ToUniversalTime());
            session.Enqueue(WorkItem.For(
                SettleWhatIsLeft.Kind, news.Tenant, news, $"{SettleWhatIsLeft.Kind}:{news.Id}", now, morning > now + TimeToSettle ? morning : now + TimeToSettle));
        }
        return Task.CompletedTask;
    }
}

/// <summary>
/// Calls off what is left. On the last day itself: those who cannot be written to are called by people of the clinic who still have the list. A suspension may
/// end any day, so that nothing is called off for one unasked.
/// </summary>
internal sealed class SettleWhatIsLeft(SettleAppointments settle, IMemberClinics clinics) : IWorkHandler
{
    public static string Kind => "telehealth.settle-what-is-left";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<MembershipChanged>();
        // Where it stays after all, or leaves on another day, other news has said so.
        if (await clinics.FindAsync(news.Clinic, cancellationToken) is { } clinic && clinic.Membership.LeavesOn == news.LastDay)
        {
            await settle.CallOffAllAsync(news.Clinic.Value, cancellationToken);
        }
    }
}
