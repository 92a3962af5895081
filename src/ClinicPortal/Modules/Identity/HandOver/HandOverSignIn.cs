using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.ChoosePlace;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.HandOver;

/// <summary>Carries a sign-in from the sign-in host to the host of an association or desk.</summary>
internal sealed class HandOverSignIn(IdentityDb db, Places places, Sessions sessions, HostAddresses addresses, TimeProvider clock)
{
    /// <summary>Where a person who is signed in on the sign-in host goes next: to the host that asked, or to choose a place.</summary>
    public async Task<string> NextAsync(SignedIn signedIn, HandoverRequest asked, HttpRequest request, CancellationToken cancellationToken)
    {
        if (asked.Invitation is { } invitation)
        {
            return InvitationEndpoints.PathOf(invitation);
        }
        var all = await places.OfAsync(signedIn, cancellationToken);
        if (asked is not { Host: { } host, Challenge: { } challenge })
        {
            return all is [var only] ? addresses.Of(only.Host.Identifier, request) + "/session/begin" : "/places";
        }
        var there = all.Where(p => p.Host.Identifier == host.Identifier);
        if (asked.MembershipId is { } chosen)
        {
            there = there.Where(p => p.Membership.Id == chosen);
        }
        if (there.ToList() is not [var place])
        {
            return asked.At("/places");
        }
        var code = await IssueAsync(signedIn, place.Membership, host, challenge, cancellationToken);
        var query = new QueryBuilder { { "code", code }, { HandoverRequest.ReturnField, asked.Return ?? "/" } };
        return addresses.Of(host.Identifier, request) + "/session/complete" + query;
    }

    /// <returns>The token of a new session on <paramref name="host"/>; null when the code is no longer, or not here, worth anything.</returns>
    public async Task<string?> ExchangeAsync(string code, string verifier, string host, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sha256 = Secret.Sha256(code);
        // Used up by the first attempt, also by one that fails: who brings a code to the wrong place has stolen it.
        var taken = await db.HandoverCodes.Where(c => c.Sha256 == sha256 && c.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), cancellationToken);
        if (taken == 0)
        {
            return null;
        }
        var handover = await db.HandoverCodes.AsNoTracking().SingleAsync(c => c.Sha256 == sha256, cancellationToken);
        return handover.OpensFor(host, verifier, now) ? await sessions.ContinueAsync(handover, cancellationToken) : null;
    }

    private async Task<string> IssueAsync(SignedIn signedIn, Membership membership, PortalHost host, string challenge, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await db.HandoverCodes.Where(c => c.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var code = Secret.New();
        db.HandoverCodes.Add(new HandoverCode(
            Secret.Sha256(code), host.Identifier, challenge, signedIn.AccountId, membership.Id, signedIn.SignInId, now));
        await db.SaveChangesAsync(cancellationToken);
        return code;
    }
}
