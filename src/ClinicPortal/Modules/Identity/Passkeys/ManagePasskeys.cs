using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Passkeys;

/// <summary>The passkeys of whoever is signed in; those of others are not there.</summary>
internal sealed class ManagePasskeys(IdentityDb db, PasskeyCeremonies ceremonies, SecurityLog log, IHttpContextAccessor http, TimeProvider clock)
{
    private SignedIn SignedIn => http.HttpContext!.Features.Get<SignedIn>()!;

    public async Task<Result<Guid>> AddAsync(string credential, string state, string name, CancellationToken cancellationToken)
    {
        if (Refuse(name) is { } refused)
        {
            return refused;
        }
        var account = await db.Accounts.SingleAsync(a => a.Id == SignedIn.AccountId, cancellationToken);
        if (await ceremonies.CheckNewAsync(account, credential, state, cancellationToken) is not { } made)
        {
            return new Error("passkey.not-made");
        }
        var passkey = new Passkey(account.Id, name, made, clock.GetUtcNow());
        db.Passkeys.Add(passkey);
        await db.SaveChangesAsync(cancellationToken);
        await log.NoteAsync(account.Id, SecurityEventKind.PasskeyAdded, SignedIn.SignInId, cancellationToken);
        return passkey.Id;
    }

    public async Task<Result<Guid>> RenameAsync(Guid id, string name, CancellationToken cancellationToken)
    {
        if (Refuse(name) is { } refused)
        {
            return refused;
        }
        if (await db.Passkeys.SingleOrDefaultAsync(p => p.Id == id && p.AccountId == SignedIn.AccountId, cancellationToken) is not { } passkey)
        {
            return Error.NotFound("not-found");
        }
        passkey.Rename(name);
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    public async Task<Result<Guid>> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Passkeys.Where(p => p.Id == id && p.AccountId == SignedIn.AccountId).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return Error.NotFound("not-found");
        }
        await log.NoteAsync(SignedIn.AccountId, SecurityEventKind.PasskeyRemoved, SignedIn.SignInId, cancellationToken);
        return id;
    }

    private static Error? Refuse(string name) => name.Length switch
    {
        0 => Error.OnField("name", "required"),
        > Passkey.LongestName => Error.OnField("name", "too-long", Passkey.LongestName),
        _ => null,
    };
}
