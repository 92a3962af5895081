using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Modules.Identity.SignIn;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>How far a sign-in by a provider has come.</summary>
internal abstract record OutsideSignInStep
{
    /// <summary>Nobody linked it to an account of theirs, or not any more.</summary>
    public sealed record Unknown : OutsideSignInStep;

    /// <param name="Path">Where our own second factor is asked for, as the provider's does not count.</param>
    public sealed record SecondFactor(string Path) : OutsideSignInStep;

    public sealed record SignedIn(Access.SignedIn By) : OutsideSignInStep;
}

/// <summary>Signs in whom the provider means by its subject: by the link and by nothing else, to that association only.</summary>
internal sealed class AcceptOutsidePerson(OutsideSignInSteps steps, IdentityDb db, Attempts attempts, CompleteSignIn complete, TimeProvider clock)
{
    public async Task<OutsideSignInStep> HandleAsync(OutsidePerson person, CancellationToken cancellationToken)
    {
        var accountId = await steps.RunAsync([person.TenantId], async links =>
        {
            var link = await links.Links.SingleOrDefaultAsync(l => l.Issuer == person.Issuer && l.Subject == person.Subject, cancellationToken);
            link?.Use(clock.GetUtcNow());
            await links.SaveChangesAsync(cancellationToken);
            return link?.AccountId;
        }, cancellationToken);
        if (accountId is null || await db.Accounts.SingleOrDefaultAsync(a => a.Id == accountId && a.DisabledAt == null, cancellationToken) is not { } account)
        {
            return new OutsideSignInStep.Unknown();
        }
        return person.HasSecondFactor
            ? new OutsideSignInStep.SignedIn(await complete.HandleAsync(account, person.TenantId, cancellationToken))
            : new OutsideSignInStep.SecondFactor(await attempts.BeginAsync(account, person.TenantId, cancellationToken));
    }
}
