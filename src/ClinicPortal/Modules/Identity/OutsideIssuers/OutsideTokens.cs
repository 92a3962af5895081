using ClinicPortal.Shared.Results;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ClinicPortal.Modules.Identity.OutsideIssuers;

/// <summary>
/// Checks what every token of an outside issuer must be: signed by a key that the issuer publishes under one of three algorithms, made by
/// it for us, and valid now. What kind of token it is and whom it means, the caller checks.
/// </summary>
internal sealed class OutsideTokens(KnownIssuers issuers, TimeProvider clock)
{
    /// <summary>How far the clocks of issuer and portal may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private const int LongestToken = 16 * 1024;

    /// <summary>No "none", and none of HS256's kind: those would be "signed" with what everybody can read.</summary>
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LongestToken };

    private static readonly Error Refused = new("outside-token.refused");

    /// <summary>What a token says, believed by nobody yet; null when it is none.</summary>
    public static JsonWebToken? Read(string token)
    {
        try
        {
            // Three parts: signed. Five would be encrypted, and nobody outside has a key of ours.
            return token.Length <= LongestToken && token.Count(c => c == '.') == 2 ? Handler.ReadJsonWebToken(token) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <param name="issuer">One that somebody here trusts.</param>
    /// <param name="audience">What the token must name as its receiver.</param>
    /// <returns>The token; <c>outside-token.refused</c>, or why the issuer could not be asked.</returns>
    public async Task<Result<JsonWebToken>> CheckAsync(string token, string issuer, string audience, CancellationToken cancellationToken)
    {
        if (Read(token) is not { } read || read.Issuer != issuer || !Algorithms.Contains(read.Alg)
            // RFC 7515: what must be understood and is not makes the token invalid.
            || read.TryGetHeaderValue<object>("crit", out _))
        {
            return Refused;
        }
        var metadata = await issuers.FindAsync(issuer, cancellationToken);
        if (metadata.Succeeded && metadata.Value.Key(read.Kid, read.Alg) is null)
        {
            metadata = await issuers.FindNewestAsync(issuer, cancellationToken);
        }
        if (!metadata.Succeeded)
        {
            return Result<JsonWebToken>.Refused(metadata.Errors);
        }
        if (metadata.Value.Key(read.Kid, read.Alg) is not { } key)
        {
            return Refused;
        }
        var now = clock.GetUtcNow().UtcDateTime;
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            IssuerSigningKeyResolver = (_, _, _, _) => [key],
            TryAllIssuerSigningKeys = false,
            ValidIssuer = issuer,
            ValidAudience = audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (from, until, _, _) => until is { } end && now < end + Skew && (from is not { } start || start <= now + Skew),
        });
        var issuedAt = read.IssuedAt;
        return result.IsValid && issuedAt > DateTime.UnixEpoch && issuedAt <= now + Skew ? (JsonWebToken)result.SecurityToken : Refused;
    }
}
