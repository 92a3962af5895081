using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Staff;

/// <summary>
/// Shuts the account of one of the organisation's people, who works nowhere else: nobody signs in to it, its sessions and keys are over at once
/// here and within seconds on the other nodes. What the person may do stays as it is, for when the account is opened again.
/// </summary>
internal sealed class DisableAccount(StaffUnderChange staff, Sessions sessions, OrganisationLog log, CurrentUser user)
{
    /// <param name="version">Of the membership as the form showed it.</param>
    public async Task<Result<Guid>> HandleAsync(Guid id, uint? version, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (held.Find(id) is not { } member)
        {
            return Error.NotFound("not-found");
        }
        if (member.AccountId == user.Id)
        {
            return new Error("staff.disable-me");
        }
        if (member.Version != version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        if (await held.WorksElsewhereAsync(member.AccountId, cancellationToken))
        {
            return new Error("staff.disable-elsewhere");
        }
        var account = await held.Db.Accounts.SingleAsync(a => a.Id == member.AccountId, cancellationToken);
        if (account.DisabledAt is not null)
        {
            return member.Id;
        }
        if (!(held with { Disabled = [.. held.Disabled, account.Id] }).HasAdministrator)
        {
            return new Error("staff.last-administrator");
        }
        account.Disable(held.Organisation.Id, held.Now);
        held.Db.Add(new SecurityEvent(account.Id, SecurityEventKind.Disabled, null, null, held.Now));
        log.Add(held.Db, held.Organisation, OrganisationEventKind.AccountDisabled, member.Id, account.DisplayName);
        await sessions.EndOfAccountAsync(held.Db, account.Id, cancellationToken);
        await held.RevokeInvitationsOfAsync(member, cancellationToken);
        await held.Db.SaveChangesAsync(cancellationToken);
        return member.Id;
    }
}

/// <summary>Opens an account again that the organisation itself had shut; its person signs in anew.</summary>
internal sealed class EnableAccount(StaffUnderChange staff, OrganisationLog log)
{
    /// <param name="version">Of the membership as the form showed it.</param>
    public async Task<Result<Guid>> HandleAsync(Guid id, uint? version, CancellationToken cancellationToken)
    {
        if (await staff.HoldAsync(cancellationToken) is not { } held)
        {
            return Error.Forbidden("forbidden");
        }
        if (held.Find(id) is not { } member)
        {
            return Error.NotFound("not-found");
        }
        if (member.Version != version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var account = await held.Db.Accounts.SingleAsync(a => a.Id == member.AccountId, cancellationToken);
        if (account.DisabledAt is null)
        {
            return member.Id;
        }
        if (account.DisabledByOrganisation != held.Organisation.Id)
        {
            return new Error("staff.enable-operator");
        }
        account.Enable();
        held.Db.Add(new SecurityEvent(account.Id, SecurityEventKind.Enabled, null, null, held.Now));
        log.Add(held.Db, held.Organisation, OrganisationEventKind.AccountEnabled, member.Id, account.DisplayName);
        await held.Db.SaveChangesAsync(cancellationToken);
        return member.Id;
    }
}
