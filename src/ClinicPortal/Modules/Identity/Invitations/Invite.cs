using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Invitations;

public sealed record InviteInput(string? Email, string? Role, bool IsAdministrator);

public sealed record InviteModel(FormState Form, string OrganisationName, IReadOnlyList<string> Roles);

internal sealed class ShowInvite(IdentityInRequest identity, ListStaff staff, CurrentUser user)
{
    public async Task<InviteModel> HandleAsync(FormState form, CancellationToken cancellationToken) => new(
        form, await staff.NameAsync(await identity.OpenAsync(cancellationToken), cancellationToken), Organisation.Of(user).Roles);
}

/// <summary>Holds a place in the caller's organisation open for the owner of an address, and writes to them.</summary>
internal sealed class Invite(StaffUnderChange staff, ListStaff names, OrganisationLog log, CurrentUser user, PortalSession session)
{
    public async Task<Result<Guid>> HandleAsync(InviteInput input, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (await RefuseAsync(held, input, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var invitation = new Invitation(
            input.Email!, held.Organisation, await names.NameAsync(held.Db, cancellationToken), input.Role!, input.IsAdministrator, user, held.Now);
        held.Db.Add(invitation);
        log.Add(held.Db, held.Organisation, OrganisationEventKind.Invited, invitation.Id, invitation.Email, invitation.Role);
        await held.Db.SaveChangesAsync(cancellationToken);
        session.Enqueue(SendInvitation.Of(invitation, held.Now));
        return invitation.Id;
    }

    private static async Task<Error?> RefuseAsync(HeldStaff held, InviteInput input, CancellationToken cancellationToken)
    {
        if (Check(input, held.Organisation) is { } refusal)
        {
            return refusal;
        }
        var address = input.Email!.ToUpperInvariant();
        var account = await held.Db.Accounts.Where(a => a.NormalizedUserName == address).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken);
        return held.Memberships.Any(m => m.AccountId == account && m.Role == input.Role && !m.IsOverAt(held.Now))
                ? Error.OnField("email", "staff.member-already")
            : await held.Db.Invitations.AnyAsync(
                i => i.OrganisationKind == held.Organisation.Kind && i.OrganisationId == held.Organisation.Id && i.NormalizedEmail == address
                    && i.AcceptedAt == null && i.RevokedAt == null, cancellationToken)
                ? Error.OnField("email", "staff.invited-already")
            : null;
    }

    /// <summary>What can be said of an invitation without looking anything up.</summary>
    internal static Error? Check(InviteInput input, Organisation organisation) => input switch
    {
        { Email: null } => Error.OnField("email", "required"),
        _ when !MailAddresses.IsPlain(input.Email) => Error.OnField("email", "staff.not-an-address"),
        { Role: null } => Error.OnField("role", "required"),
        _ when !organisation.Roles.Contains(input.Role) => Error.OnField("role", "staff.role-unknown"),
        _ => null,
    };
}

/// <summary>Writes to an invited person again; the link of the mail before stops working.</summary>
internal sealed class ResendInvitation(StaffUnderChange staff, OrganisationLog log, PortalSession session)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (await held.FindInvitationAsync(id, cancellationToken) is not { } invitation)
        {
            return Error.NotFound("not-found");
        }
        if (invitation.Sending >= Invitation.MostSendings)
        {
            return new Error("staff.invited-too-often");
        }
        invitation.SendAgain(held.Now);
        log.Add(held.Db, held.Organisation, OrganisationEventKind.InvitedAgain, invitation.Id, invitation.Email);
        await held.Db.SaveChangesAsync(cancellationToken);
        session.Enqueue(SendInvitation.Of(invitation, held.Now));
        return invitation.Id;
    }
}

/// <summary>Takes an invitation back: its link opens nothing any more.</summary>
internal sealed class RevokeInvitation(StaffUnderChange staff, OrganisationLog log)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (await held.FindInvitationAsync(id, cancellationToken) is not { } invitation)
        {
            return Error.NotFound("not-found");
        }
        invitation.Revoke(held.Now);
        log.Add(held.Db, held.Organisation, OrganisationEventKind.InvitationRevoked, invitation.Id, invitation.Email);
        await held.Db.SaveChangesAsync(cancellationToken);
        return invitation.Id;
    }
}
