using ClinicPortal.Modules.Identity.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Data;

/// <summary>Where ASP.NET Core Identity finds accounts and their passkeys.</summary>
internal sealed class AccountStore(IdentityDb db, IdentityErrorDescriber describer, TimeProvider clock)
    : UserOnlyStore<Account, IdentityDb, Guid>(db, describer), IUserPasskeyStore<Account>
{
    public override async Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var known = await Context.Passkeys.SingleAsync(p => p.AccountId == user.Id && p.CredentialId == passkey.CredentialId, cancellationToken);
        known.Used(passkey, clock.GetUtcNow());
        await SaveChanges(cancellationToken);
    }

    public override async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken)
    {
        var passkeys = await Context.Passkeys.AsNoTracking().Where(p => p.AccountId == user.Id).ToListAsync(cancellationToken);
        return [.. passkeys.Select(p => p.ToInfo())];
    }

    public override async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await Context.Passkeys.Where(p => p.CredentialId == credentialId)
            .Join(Context.Accounts, p => p.AccountId, a => a.Id, (_, account) => account).SingleOrDefaultAsync(cancellationToken);

    public override async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await Context.Passkeys.AsNoTracking()
            .SingleOrDefaultAsync(p => p.AccountId == user.Id && p.CredentialId == credentialId, cancellationToken))?.ToInfo();

    public override async Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        await Context.Passkeys.Where(p => p.AccountId == user.Id && p.CredentialId == credentialId).ExecuteDeleteAsync(cancellationToken);
}
