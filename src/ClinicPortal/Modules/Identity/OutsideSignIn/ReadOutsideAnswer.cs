using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>What a provider sent back through the browser.</summary>
/// <param name="Issuer">RFC 9207: who answers.</param>
internal sealed record OutsideAnswer(string? State, string? Code, string? Error, string? Issuer);

/// <summary>Whom the provider says it has before it.</summary>
/// <param name="Name">What it calls them; for people to read, and for nothing else.</param>
/// <param name="HasSecondFactor">It asked for one that counts here.</param>
internal sealed record OutsidePerson(Guid TenantId, string Issuer, string Subject, string Name, bool HasSecondFactor);

/// <summary>Who comes back, and where the browser wanted to go when it left.</summary>
/// <param name="Asked">A query; null when this browser was not sent from here.</param>
internal sealed record OutsideReturn(string? Asked, Result<OutsidePerson> Person);

/// <summary>
/// Believes a provider's answer only to the question that this browser was sent with, once, in time, and from the provider that was asked.
/// </summary>
internal sealed class ReadOutsideAnswer(
    OutsideSignInSteps steps, KnownIssuers issuers, OutsideTokens tokens, CodeExchange exchange, HostAddresses addresses, IHttpContextAccessor http, TimeProvider clock)
{
    private const int LongestSubject = 255;

    /// <summary>This browser did not leave with that question.</summary>
    public static readonly Error NotAsked = new("outside.not-asked");

    private static readonly Error Refused = new("outside.refused");

    private HttpContext Context => http.HttpContext!;

    public async Task<OutsideReturn> HandleAsync(TenantInfo tenant, OutsideAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.State is not { Length: > 0 } state || BrowserSecret.Of(Context) is not { } browser
            || await UseUpAsync(tenant.Id, state, browser, cancellationToken) is not { } request)
        {
            return new OutsideReturn(null, NotAsked);
        }
        return new OutsideReturn(request.Asked, await ReadAsync(tenant, answer, request, state, browser, cancellationToken));
    }

    private async Task<Result<OutsidePerson>> ReadAsync(
        TenantInfo tenant, OutsideAnswer answer, OutsideRequest request, string state, string browser, CancellationToken cancellationToken)
    {
        var provider = await steps.RunAsync(
            [tenant.Id], db => db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.IsOffered && p.Issuer == request.Issuer, cancellationToken), cancellationToken);
        if (provider is null)
        {
            return Refused;
        }
        var metadata = await issuers.FindAsync(provider.Issuer, cancellationToken);
        if (!metadata.Succeeded)
        {
            return new Error("outside.away");
        }
        // RFC 9207. Another provider's answer to this question: its code must not be brought to this one, nor this one's to it.
        if (answer.Issuer is null ? metadata.Value.Configuration.AuthorizationResponseIssParameterSupported : answer.Issuer != provider.Issuer)
        {
            return Refused;
        }
        if (answer.Error is not null || answer.Code is not { Length: > 0 } code)
        {
            return new Error("outside.broken-off");
        }
        var redeemed = await exchange.RedeemAsync(
            provider, metadata.Value.Configuration, code, BrowserSecret.Verifier(browser, state), addresses.OutsideCallback(tenant.Identifier, Context.Request),
            cancellationToken);
        if (!redeemed.Succeeded)
        {
            return Result<OutsidePerson>.Refused(redeemed.Errors);
        }
        var checkedToken = await tokens.CheckAsync(redeemed.Value.IdToken, provider.Issuer, provider.ClientId, cancellationToken);
        return checkedToken.Succeeded && IsAnswer(checkedToken.Value, provider, BrowserSecret.Nonce(browser, state), redeemed.Value.AccessToken)
            ? PersonOf(checkedToken.Value, provider)
            : Refused;
    }

    /// <summary>The browser's question, if it has one with this state; it has it no longer.</summary>
    private Task<OutsideRequest?> UseUpAsync(Guid tenantId, string state, string browser, CancellationToken cancellationToken) => steps.RunAsync([tenantId], async db =>
    {
        var (sha256, browserSha256, now) = (Secret.Sha256(state), Secret.Sha256(browser), clock.GetUtcNow());
        var mine = db.Requests.Where(r => r.StateSha256 == sha256 && r.BrowserSha256 == browserSha256);
        // One statement decides between two that bring the same answer.
        return await mine.Where(r => r.UsedAt == null && r.ExpiresAt > now).ExecuteUpdateAsync(set => set.SetProperty(r => r.UsedAt, now), cancellationToken) == 1
            ? await mine.AsNoTracking().SingleAsync(cancellationToken)
            : null;
    }, cancellationToken);

    private static bool IsAnswer(JsonWebToken token, OutsideProvider provider, string nonce, string? accessToken)
    {
        var authorizedParty = Text(token, JwtRegisteredClaimNames.Azp);
        return (string.IsNullOrEmpty(token.Typ) || token.Typ.Equals("JWT", StringComparison.OrdinalIgnoreCase))
            && Text(token, JwtRegisteredClaimNames.Nonce) is { } said
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce))
            && (authorizedParty is null ? token.Audiences.Count() == 1 : authorizedParty == provider.ClientId)
            && (Text(token, JwtRegisteredClaimNames.AtHash) is not { } hash || hash == HalfHash(accessToken));
    }

    private static Result<OutsidePerson> PersonOf(JsonWebToken token, OutsideProvider provider)
    {
        if (token.Subject is not { Length: > 0 and <= LongestSubject } subject || subject.Contains('\0', StringComparison.Ordinal))
        {
            return Refused;
        }
        var isVerified = token.TryGetPayloadValue<bool>(JwtRegisteredClaimNames.EmailVerified, out var verified) && verified;
        if (!provider.SpeaksFor(Text(token, JwtRegisteredClaimNames.Email), isVerified))
        {
            return new Error("outside.domain");
        }
        var methods = token.TryGetPayloadValue<string[]>(JwtRegisteredClaimNames.Amr, out var all) ? all : [];
        return new OutsidePerson(
            provider.TenantId, provider.Issuer, subject, Text(token, JwtRegisteredClaimNames.Email) ?? Text(token, "preferred_username") ?? subject, provider.CountsAsSecondFactor(methods, Text(token, JwtRegisteredClaimNames.Acr)));
    }

    /// <summary>OpenID Connect Core 3.1.3.6, for algorithms with SHA-256, which are the only ones.</summary>
    private static string? HalfHash(string? accessToken) => accessToken is null ? null
        : System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, SHA256.HashSizeInBytes / 2));

    private static string? Text(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;
}
