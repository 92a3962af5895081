using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.MyAccount;

/// <param name="IsFresh">What opens the account may be changed now, without proving again who one is.</param>
public sealed record MyAccountModel(
    string Name, string Email, DateTimeOffset? AuthenticatorSince, int RecoveryCodesLeft, IReadOnlyList<Passkey> Passkeys, IReadOnlyList<Device> Devices,
    IReadOnlyList<SecurityEvent> Events, bool IsFresh);

/// <summary>A sign-in that is not over: one browser, with the hosts that it was carried to.</summary>
/// <param name="IsThis">The browser that asks.</param>
public sealed record Device(Guid SignInId, Browser Browser, IReadOnlyList<LocalizedText> Places, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, bool IsThis);

/// <summary>What opens somebody's account, where it is open, and what happened to it lately.</summary>
internal sealed class ShowMyAccount(
    IdentityDb db, SecondFactors factors, ITenantResolver tenants, FreshProof proof, IHttpContextAccessor http, TimeProvider clock)
{
    private const int EventsShown = 20;

    public async Task<MyAccountModel> HandleAsync(CancellationToken cancellationToken)
    {
        var signedIn = http.HttpContext!.Features.Get<SignedIn>()!;
        var id = signedIn.AccountId;
        var account = await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == id, cancellationToken);
        var since = await db.Authenticators.Where(a => a.AccountId == id).Select(a => (DateTimeOffset?)a.EnrolledAt).SingleOrDefaultAsync(cancellationToken);
        var passkeys = await db.Passkeys.AsNoTracking().Where(p => p.AccountId == id).OrderBy(p => p.CreatedAt).ToListAsync(cancellationToken);
        var events = await db.SecurityEvents.AsNoTracking().Where(e => e.AccountId == id)
            .OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(EventsShown).ToListAsync(cancellationToken);
        return new MyAccountModel(
            account.DisplayName, account.UserName!, since, await factors.RecoveryCodesLeftAsync(id, cancellationToken), passkeys,
            await DevicesAsync(signedIn, cancellationToken), events, proof.IsFresh);
    }

    private async Task<IReadOnlyList<Device>> DevicesAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sessions = await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == signedIn.AccountId && s.EndedAt == null && s.ExpiresAt > now).ToListAsync(cancellationToken);
        return
        [
            .. from session in sessions
               group session by session.SignInId into signIn
               let root = signIn.SingleOrDefault(s => s.Id == signIn.Key)
               // Without it the sign-in is over, whatever a hand-over that was under way has left.
               where root is not null
               orderby signIn.Key == signedIn.SignInId descending, root.CreatedAt descending
               select new Device(
                   signIn.Key, Browser.Of(root.UserAgent), [.. signIn.Select(s => s.Host).Distinct().Select(NameOf).OfType<LocalizedText>()],
                   root.CreatedAt, signIn.Max(s => s.LastSeenAt), signIn.Key == signedIn.SignInId),
        ];
    }

    private LocalizedText? NameOf(string host) =>
        tenants.ByIdentifier(host)?.Name ?? tenants.Desks.FirstOrDefault(d => d.Identifier == host)?.Settings.Name;
}
