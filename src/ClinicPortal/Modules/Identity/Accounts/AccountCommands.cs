using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Identity.Accounts;

/// <summary>
/// <c>accounts invite</c>: a link by which the first administrator of a place comes in, where nobody is there yet who could invite them;
/// <c>accounts disable</c> and <c>accounts enable</c>: shuts an account, whoever it works for, and opens it again. For whoever runs the installation.
/// </summary>
internal sealed class AccountCommands(
    IDbContextFactory<IdentityDb> contexts, TenantDirectory directory, InvitationLinks links, Sessions sessions, HostAddresses addresses,
    IStringLocalizer<IdentityText> text, TimeProvider clock)
{
    /// <summary>Who invites, as the invited person and the history of the organisation read it.</summary>
    private CurrentUser Operator => CurrentUser.Portal with { Name = text["Command.Operator"] };

    /// <returns>The exit code: 0 when it was done, 1 when it could not be, 2 when it was not understood.</returns>
    public async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        if (args is not [var command, .. var options] || Options(options) is not { } given || given.GetValueOrDefault("--email") is not { } email)
        {
            await output.WriteLineAsync(text["Command.Usage"]);
            return 2;
        }
        await directory.LoadAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (code, said) = (command, given.Count) switch
        {
            ("invite", 2 or 3) when given.GetValueOrDefault("--role") is { } role => await InviteAsync(db, role, given.GetValueOrDefault("--at"), email, cancellationToken),
            ("disable", 1) => await DisableAsync(db, email, cancellationToken),
            ("enable", 1) => await EnableAsync(db, email, cancellationToken),
            _ => (2, text["Command.Usage"].Value),
        };
        await output.WriteLineAsync(said);
        return code;
    }

    /// <returns>Null when it is not a list of names with their values, each known and once.</returns>
    private static Dictionary<string, string>? Options(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in args.Chunk(2))
        {
            if (pair is not ["--email" or "--role" or "--at", var value] || !given.TryAdd(pair[0], value))
            {
                return null;
            }
        }
        return given;
    }

    private async Task<(int Code, string Said)> InviteAsync(IdentityDb db, string role, string? at, string email, CancellationToken cancellationToken)
    {
        if (!MailAddresses.IsPlain(email))
        {
            return (1, text["staff.not-an-address"]);
        }
        if (PlaceOf(role, at) is not var (organisation, name))
        {
            return (1, text["Command.NoPlace", string.Join(", ", directory.Desks.Select(d => d.Identifier).Concat(directory.Tenants.Select(t => t.Identifier)))]);
        }
        var now = clock.GetUtcNow();
        var normalized = email.ToUpperInvariant();
        if (await db.Memberships.AnyAsync(
            m => m.OrganisationKind == organisation.Kind && m.OrganisationId == organisation.Id && m.Role == role && m.IsAdministrator
                && (m.ValidUntil == null || m.ValidUntil > now) && db.Accounts.Any(a => a.Id == m.AccountId && a.NormalizedUserName == normalized), cancellationToken))
        {
            return (1, text["Command.AlreadyMember", email]);
        }
        var invitation = new Invitation(email, organisation, name, role, true, Operator, now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // The link of an earlier call stops working.
        await db.Invitations.Where(i => i.OrganisationKind == organisation.Kind && i.OrganisationId == organisation.Id && i.NormalizedEmail == normalized
                && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.RevokedAt, now), cancellationToken);
        db.Add(invitation);
        db.Add(new OrganisationEvent(organisation, Operator, OrganisationEventKind.Invited, invitation.Id, email, role, now));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var link = addresses.InMails("") + InvitationEndpoints.PathOf(links.CodeOf(invitation));
        return (0, text["Command.Invited", email, text[$"Role.{role}"].Value, name, ScreenDates.Day(DateOnly.FromDateTime(invitation.ExpiresAt.UtcDateTime)), link]);
    }

    /// <summary>Only roles that nobody inside could give to the first of them; everybody else is invited by the administrators of their organisation.</summary>
    private (Organisation Organisation, string Name)? PlaceOf(string role, string? at)
    {
        if (role == Roles.Secretariat)
        {
            return directory.Tenants.Where(t => at is null || t.Identifier == at).ToList() is [var tenant]
                ? (new Organisation(OrganisationKind.Association, tenant.Id, tenant.Id), tenant.Name.Ja) : null;
        }
        return role is Roles.PlatformOperator or Roles.DeskOperator && directory.Desks.Where(d => at is null || d.Identifier == at).ToList() is [var desk]
            ? (new Organisation(role == Roles.PlatformOperator ? OrganisationKind.Platform : OrganisationKind.Desk, desk.Id, null), desk.Settings.Name.Ja) : null;
    }

    private async Task<(int Code, string Said)> DisableAsync(IdentityDb db, string email, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, email, cancellationToken) is not { } account)
        {
            return (1, text["Command.NoAccount", email]);
        }
        var now = clock.GetUtcNow();
        account.Disable(null, now);
        db.Add(new SecurityEvent(account.Id, SecurityEventKind.Disabled, null, null, now));
        await sessions.EndOfAccountAsync(db, account.Id, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return (0, text["Command.Disabled", email]);
    }

    private async Task<(int Code, string Said)> EnableAsync(IdentityDb db, string email, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, email, cancellationToken) is not { } account)
        {
            return (1, text["Command.NoAccount", email]);
        }
        account.Enable();
        db.Add(new SecurityEvent(account.Id, SecurityEventKind.Enabled, null, null, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        return (0, text["Command.Enabled", email]);
    }

    private static Task<Account?> FindAsync(IdentityDb db, string email, CancellationToken cancellationToken)
    {
        var normalized = email.ToUpperInvariant();
        return db.Accounts.SingleOrDefaultAsync(a => a.NormalizedUserName == normalized, cancellationToken);
    }
}
