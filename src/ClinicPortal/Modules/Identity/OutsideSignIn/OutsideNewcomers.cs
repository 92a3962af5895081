using System.Security.Cryptography;
using System.Text.Json;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Secret = ClinicPortal.Modules.Identity.Domain.Secret;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>
/// Invited people who prove themselves to the association's provider instead of choosing a password. The invitation's link is what lets them in;
/// the provider only says by whom the new account will be opened. An account that exists already is never touched, whatever its address.
/// </summary>
internal sealed class OutsideNewcomers(IDataProtectionProvider protection, IHttpContextAccessor http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Carried by the form that accepts: readable by the portal only, for this invitation, in this browser, for ten minutes.</summary>
    /// <returns>Null when the provider is not that of the association which invites.</returns>
    public string? Seal(Invitation invitation, OutsidePerson person) =>
        person.TenantId == invitation.TenantId && Protector(invitation) is { } protector ? protector.Protect(JsonSerializer.Serialize(person), Patience) : null;

    public OutsidePerson? Open(Invitation invitation, string? sealedPerson)
    {
        try
        {
            return sealedPerson is { Length: > 0 } && Protector(invitation)?.Unprotect(sealedPerson) is { } json
                && JsonSerializer.Deserialize<OutsidePerson>(json) is { } person && person.TenantId == invitation.TenantId
                    ? person : null;
        }
        catch (Exception altered) when (altered is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector? Protector(Invitation invitation) => BrowserSecret.Of(http.HttpContext!) is { } browser
        ? protection.CreateProtector("identity.outside-newcomer", invitation.Id.ToString("N"), $"{invitation.Sending}", Secret.Challenge(browser)).ToTimeLimitedDataProtector()
        : null;
}

/// <summary>Links an account that an invitation has just made to whom the provider means.</summary>
internal sealed class LinkNewcomer(OutsideSignInContext outside, IHttpContextAccessor http, TimeProvider clock)
{
    /// <param name="db">On the transaction that makes the account.</param>
    /// <returns>Why it may not be; null when it was.</returns>
    public async Task<Error?> HandleAsync(IdentityDb db, Account account, OutsidePerson person, CancellationToken cancellationToken)
    {
        // The association may have changed its provider since the person left for it.
        if (!await outside.Providers.AnyAsync(p => p.TenantId == person.TenantId && p.IsOffered && p.Issuer == person.Issuer, cancellationToken))
        {
            return new Error("invitation.provider-again");
        }
        var now = clock.GetUtcNow();
        outside.Links.Add(new OutsideLink(person.TenantId, person.Issuer, person.Subject, account.Id, now));
        db.SecurityEvents.Add(new SecurityEvent(account.Id, SecurityEventKind.OutsideLinked, null, http.HttpContext?.Connection.RemoteIpAddress?.ToString(), now));
        try
        {
            await outside.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Error("outside.linked-already");
        }
    }
}
