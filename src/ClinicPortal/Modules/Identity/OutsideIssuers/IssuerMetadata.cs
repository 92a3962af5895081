using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ClinicPortal.Modules.Identity.OutsideIssuers;

/// <summary>What an outside issuer publishes about itself.</summary>
/// <param name="Keys">Those that a signature of ours may be checked with; no other key is ever used, whatever a token brings or names.</param>
internal sealed record IssuerMetadata(OpenIdConnectConfiguration Configuration, IReadOnlyList<JsonWebKey> Keys)
{
    /// <summary>The key with this id; without an id the only key, if there is one.</summary>
    public JsonWebKey? Key(string? kid, string algorithm) =>
        (string.IsNullOrEmpty(kid) ? Keys.Count == 1 ? Keys : [] : Keys.Where(k => k.Kid == kid).ToList()) is [var key]
        && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm) ? key : null;
}
