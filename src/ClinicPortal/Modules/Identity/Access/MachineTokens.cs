using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>
/// Finds who an access token of an outside issuer acts for (RFC 9068, and what issuers made before it). Every refusal is the same to the
/// sender: nobody.
/// </summary>
internal sealed class MachineTokens(IDbContextFactory<IdentityDb> contexts, OutsideTokens tokens, TimeProvider clock)
{
    private static readonly TimeSpan NoteUseEvery = TimeSpan.FromMinutes(5);

    /// <summary>Claims of an ID token: it says who signed in somewhere, and lets nobody do anything.</summary>
    private static readonly string[] OfIdTokens = [JwtRegisteredClaimNames.Nonce, JwtRegisteredClaimNames.AtHash, JwtRegisteredClaimNames.CHash];

    private readonly ShortMemory<CurrentUser> recent = new(clock);

    /// <summary>API keys never look like this: a JSON object in base64url begins so.</summary>
    public static bool LooksLikeOne(string bearer) => bearer.StartsWith("eyJ", StringComparison.Ordinal);

    public async Task<CurrentUser?> FindAsync(string bearer, CancellationToken cancellationToken)
    {
        var memoryKey = Convert.ToHexString(Secret.Sha256(bearer));
        return recent.Find(memoryKey) ?? await LookUpAsync(bearer, memoryKey, cancellationToken);
    }

    /// <summary>After an entry was revoked on this node; the others remember it for some seconds.</summary>
    public void Forget(Guid id) => recent.Forget(user => user.SessionId == id);

    private async Task<CurrentUser?> LookUpAsync(string bearer, string memoryKey, CancellationToken cancellationToken)
    {
        // Only which entry to look at is taken from what nobody has checked yet.
        if (OutsideTokens.Read(bearer)?.Audiences.Select(TrustedClient.IdOf).OfType<Guid>().ToList() is not [var id])
        {
            return null;
        }
        var (now, mark) = (clock.GetUtcNow(), recent.Mark);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var client = await db.TrustedClients.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        if (client?.IsActiveAt(now) != true)
        {
            return null;
        }
        var check = await tokens.CheckAsync(bearer, client.Issuer, client.Audience, cancellationToken);
        if (!check.Succeeded || !IsAccessTokenOf(client, check.Value))
        {
            return null;
        }
        var user = client.ToUser();
        var expires = new DateTimeOffset(check.Value.ValidTo, TimeSpan.Zero);
        recent.Keep(memoryKey, user, expires < client.ExpiresAt ? expires : client.ExpiresAt, mark);
        if (client.LastUsedAt is not { } used || used < now - NoteUseEvery)
        {
            await db.TrustedClients.Where(c => c.Id == client.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.LastUsedAt, now), cancellationToken);
        }
        return user;
    }

    private static bool IsAccessTokenOf(TrustedClient client, JsonWebToken token) =>
        IsAccessToken(token)
        && token.ValidTo - token.IssuedAt <= TrustedClient.LongestToken
        && token.Subject == client.Subject
        && (Claim(token, "client_id") ?? Claim(token, JwtRegisteredClaimNames.Azp)) == client.ClientId;

    private static bool IsAccessToken(JsonWebToken token) => token.Typ?.ToLowerInvariant() switch
    {
        "at+jwt" or "application/at+jwt" => true,
        null or "" or "jwt" => !OfIdTokens.Any(claim => token.TryGetPayloadValue<object>(claim, out _)),
        // A logout token, a proof of possession, and whatever else an issuer signs with the same key.
        _ => false,
    };

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;
}
