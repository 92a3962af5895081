using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.OutsideSignIn;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Identity.Invitations;

/// <summary>What somebody fills in who has no account yet.</summary>
/// <param name="Outside">Whom the association's provider has before it, in place of a password.</param>
internal sealed record NewAccount(string? Name, string? Kana, string? Password, OutsidePerson? Outside);

/// <summary>Takes the place that an invitation holds open: an account with the invited address becomes a member; where there is none, it is made.</summary>
internal sealed class AcceptInvitation(
    IdentityInRequest identity, ChoosePassword passwords, LinkNewcomer link, OrganisationLog log, TimeProvider clock)
{
    private const int LongestName = 100;

    /// <param name="who">The account that is signed in.</param>
    /// <returns>The membership.</returns>
    public async Task<Result<Guid>> HandleAsync(Invitation invitation, Guid? who, NewAccount input, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var db = await identity.OpenAsync(cancellationToken);
        // Whoever comes first holds the row; the others wait, and then find it taken.
        var taken = await db.Invitations
            .Where(i => i.Id == invitation.Id && i.Sending == invitation.Sending && i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.AcceptedAt, now), cancellationToken);
        if (taken == 0)
        {
            return Error.NotFound("invitation.no-more");
        }
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedUserName == invitation.NormalizedEmail, cancellationToken);
        if (account is not null && account.Id != who)
        {
            return Error.Forbidden("invitation.sign-in");
        }
        if (account is null)
        {
            var made = Make(invitation, input, now);
            if (!made.Succeeded)
            {
                return Result<Guid>.Refused(made.Errors);
            }
            db.Add(account = made.Value);
            if (input.Outside is { } person && await link.HandleAsync(db, account, person, cancellationToken) is { } refused)
            {
                return refused;
            }
        }
        var membership = await JoinAsync(db, invitation, account, now, cancellationToken);
        log.Add(db, invitation.Organisation, OrganisationEventKind.Joined, membership.Id, account.DisplayName, invitation.Role);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Two organisations invited the same new person, who accepted both at once.
            return Error.Forbidden("invitation.sign-in");
        }
        return membership.Id;
    }

    private static async Task<Membership> JoinAsync(
        IdentityDb db, Invitation invitation, Account account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var existing = await db.Memberships.FirstOrDefaultAsync(
            m => m.AccountId == account.Id && m.OrganisationKind == invitation.OrganisationKind && m.OrganisationId == invitation.OrganisationId
                && m.Role == invitation.Role && m.ValidFrom <= now && m.ValidUntil == null, cancellationToken);
        if (existing is null)
        {
            existing = new Membership(
                Guid.CreateVersion7(now), account.Id, invitation.TenantId, invitation.OrganisationKind, invitation.OrganisationId,
                invitation.OrganisationName, invitation.Role, now, isAdministrator: invitation.IsAdministrator);
            db.Add(existing);
        }
        else if (invitation.IsAdministrator)
        {
            existing.Administer(true);
        }
        return existing;
    }

    private Result<Account> Make(Invitation invitation, NewAccount input, DateTimeOffset now)
    {
        var errors = new List<Error>();
        var name = input.Name ?? "";
        if (name.Length == 0 || name.Length > LongestName || name.Any(char.IsControl))
        {
            errors.Add(name.Length > LongestName ? Error.OnField("name", "too-long", LongestName) : Error.OnField("name", "required"));
        }
        var reading = "";
        if (input.Kana is not { } kana)
        {
            errors.Add(Error.OnField("kana", "required"));
        }
        else if (!Kana.TryRead(kana, out reading))
        {
            errors.Add(Error.OnField("kana", "not-kana"));
        }
        else if (reading.Length > LongestName)
        {
            errors.Add(Error.OnField("kana", "too-long", LongestName));
        }
        var account = new Account(Guid.CreateVersion7(now), invitation.Email, name, reading, now);
        if (input.Outside is null && passwords.Set(account, input.Password, withSecondFactor: false) is { } refused)
        {
            errors.Add(refused);
        }
        return errors.Count > 0 ? Result<Account>.Refused(errors) : account;
    }
}
