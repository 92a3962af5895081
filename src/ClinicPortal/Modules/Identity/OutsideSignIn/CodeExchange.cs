using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Shared.Results;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>What a provider gives for a code.</summary>
internal sealed record RedeemedCode(string IdToken, string? AccessToken);

/// <summary>Redeems codes at a provider's token endpoint, from server to server.</summary>
internal sealed class CodeExchange(IHttpClientFactory clients, IssuerReader reader)
{
    private const string Basic = "client_secret_basic";

    public async Task<Result<RedeemedCode>> RedeemAsync(
        OutsideProvider provider, OpenIdConnectConfiguration configuration, string code, string verifier, string redirectUri, CancellationToken cancellationToken)
    {
        if (!reader.IsAddress(configuration.TokenEndpoint))
        {
            return new Error("outside.away");
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, configuration.TokenEndpoint);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier, ["client_id"] = provider.ClientId,
        };
        if (provider.ClientSecret?.Value is { } secret)
        {
            var methods = configuration.TokenEndpointAuthMethodsSupported;
            if (methods.Count == 0 || methods.Contains(Basic))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(
                    // RFC 6749, 2.3.1: both are form-encoded before they are joined.
                    $"{WebUtility.UrlEncode(provider.ClientId)}:{WebUtility.UrlEncode(secret)}")));
            }
            else
            {
                form["client_secret"] = secret;
            }
        }
        request.Content = new FormUrlEncodedContent(form);
        try
        {
            using var client = clients.CreateClient(IssuerReader.Client);
            using var response = await client.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new Error((int)response.StatusCode >= 500 ? "outside.away" : "outside.refused");
            }
            var answer = await response.Content.ReadFromJsonAsync<Answer>(cancellationToken);
            return answer?.IdToken is { } idToken ? new RedeemedCode(idToken, answer.AccessToken) : new Error("outside.refused");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Error("outside.away");
        }
        // A character set that nobody knows is an InvalidOperationException.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return new Error("outside.refused");
        }
    }

    private sealed record Answer([property: JsonPropertyName("id_token")] string? IdToken, [property: JsonPropertyName("access_token")] string? AccessToken);
}
