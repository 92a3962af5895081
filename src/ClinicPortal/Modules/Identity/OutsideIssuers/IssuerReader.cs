using System.Net;
using System.Text.Json;
using ClinicPortal.Shared.Results;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ClinicPortal.Modules.Identity.OutsideIssuers;

/// <summary>
/// Reads what an issuer publishes about itself (OpenID Connect Discovery 1.0). Its server is a stranger's: an answer is short and quick, or
/// it is none.
/// </summary>
internal sealed class IssuerReader(IHttpClientFactory clients, IHostEnvironment environment)
{
    /// <summary>Name of the client that all requests to outside issuers are sent with.</summary>
    public const string Client = "outside-issuer";

    public const int LongestAddress = 300;
    public const int LongestAnswer = 256 * 1024;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int ShortestRsaKey = 2048;
    private const int MostKeys = 50;

    /// <summary>Whether this may be an issuer at all: an address of https without query; in Development of http too.</summary>
    public bool IsIssuer(string? address) => address is { Length: <= LongestAddress } && IsAddress(address) && new Uri(address).Query.Length == 0;

    public async Task<Result<IssuerMetadata>> ReadAsync(string issuer, CancellationToken cancellationToken)
    {
        if (!IsIssuer(issuer))
        {
            return new Error("issuer.address");
        }
        try
        {
            var configuration = OpenIdConnectConfiguration.Create(await GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", cancellationToken));
            if (configuration.Issuer != issuer)
            {
                return new Error("issuer.differs");
            }
            return IsAddress(configuration.JwksUri) && KeysOf(await GetAsync(configuration.JwksUri, cancellationToken)) is { Count: > 0 } keys
                ? new IssuerMetadata(configuration, keys)
                : new Error("issuer.keys");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Error("issuer.unreachable");
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or FormatException or InvalidOperationException or SecurityTokenException)
        {
            return new Error("issuer.malformed");
        }
    }

    /// <summary>Whether a request may be sent there, or a browser led there.</summary>
    public bool IsAddress(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && environment.IsDevelopment()))
        && uri is { UserInfo.Length: 0, Fragment.Length: 0 };

    private async Task<string> GetAsync(string address, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(Client);
        // The whole answer within the client's size and time.
        using var response = await client.GetAsync(new Uri(address), cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadAsStringAsync(cancellationToken)
            : throw new HttpRequestException($"Answered {(int)response.StatusCode}.");
    }

    private static List<JsonWebKey> KeysOf(string json) =>
    [
        .. from key in JsonWebKeySet.Create(json).Keys.Take(MostKeys)
           where key.Use is null or "" or JsonWebKeyUseNames.Sig
           where key.Kty == JsonWebAlgorithmsKeyTypes.RSA ? key.KeySize >= ShortestRsaKey : key is { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256 }
           select key,
    ];
}
