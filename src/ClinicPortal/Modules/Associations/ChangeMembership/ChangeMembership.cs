using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ChangeMembership;

/// <param name="On">First day of a suspension, last day of a membership.</param>
/// <param name="HandOverTo">The clinic that takes over the patients of one that leaves.</param>
public sealed record MembershipInput(DateOnly? On, string? Reason, Guid? HandOverTo);

/// <summary>停止・再開・退会・再入会 by the secretariat. What follows in other modules they do themselves on hearing of it.</summary>
public sealed class ChangeMembership(
    AssociationsDbContext db, MemberCheck association, CurrentUser user, AuditTrail audit, Outbox outbox, PortalSession session,
    TimeProvider clock)
{
    private const int LongestReason = 500;

    public async Task<Result<Guid>> HandleAsync(Guid id, MembershipChangeKind kind, MembershipInput input, CancellationToken cancellationToken)
    {
        await association.LockAsync(cancellationToken);
        if (await db.Clinics.SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } clinic)
        {
            return Error.NotFound("clinic.not-found");
        }
        if ((await CheckAsync(clinic, kind, input, cancellationToken)).ToList() is { Count: > 0 } errors)
        {
            return Result<Guid>.Refused(errors);
        }
        var now = clock.GetUtcNow();
        var formerLastDay = clinic.LeavesOn;
        if (clinic.Change(kind, input.On ?? association.Today, input.Reason!, association.Today, user, now) is { } refusal)
        {
            return refusal;
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(clinic.TenantId, "membership", id, $"{kind}: {input.Reason}");
        outbox.Publish(new MembershipChanged(
            Guid.CreateVersion7(now), new TenantId(clinic.TenantId), new ClinicId(id), clinic.LeavesOn, formerLastDay,
            kind == MembershipChangeKind.Left && input.HandOverTo is { } to ? new ClinicId(to) : null));
        if (kind == MembershipChangeKind.Rejoined)
        {
            session.Enqueue(InviteAdministrator.Of(clinic.TenantId, id, now));
        }
        return id;
    }

    private async Task<IEnumerable<Error>> CheckAsync(MemberClinic clinic, MembershipChangeKind kind, MembershipInput input, CancellationToken cancellationToken)
    {
        var errors = new List<Error>();
        if (input.Reason is null or { Length: > LongestReason })
        {
            errors.Add(input.Reason is null ? Error.OnField("reason", "required") : Error.OnField("reason", "too-long", LongestReason));
        }
        if (input.On is null && kind is (MembershipChangeKind.Suspended or MembershipChangeKind.Left))
        {
            errors.Add(Error.OnField("on", "required"));
        }
        if (kind == MembershipChangeKind.Left && input.HandOverTo is { } to
            && (to == clinic.Id || await db.Clinics.SingleOrDefaultAsync(c => c.Id == to, cancellationToken) is not { } target
                || target.StateOn(input.On ?? association.Today) != MembershipState.Active))
        {
            errors.Add(Error.OnField("handOverTo", "membership.no-such-successor"));
        }
        return errors;
    }
}
