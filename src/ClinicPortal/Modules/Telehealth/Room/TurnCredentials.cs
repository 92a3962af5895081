using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>As browsers take it (RTCIceServer).</summary>
public sealed record IceServer(IReadOnlyList<string> Urls, string? Username, string? Credential);

/// <summary>
/// Credentials for the relay, made for one participant and good for a time, as coturn's <c>use-auth-secret</c> checks them
/// (draft-uberti-behave-turn-rest): the user name is the expiry and the participant, the password its HMAC-SHA1 under the shared secret.
/// </summary>
public sealed class TurnCredentials(IOptions<TurnOptions> options, TimeProvider clock)
{
    public IReadOnlyList<IceServer> For(Guid participant)
    {
        var turn = options.Value;
        if (turn.Urls.Count == 0)
        {
            return [];
        }
        if (turn.Secret is not { Length: > 0 } secret)
        {
            return [new IceServer(turn.Urls, null, null)];
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow().AddMinutes(turn.LifetimeMinutes).ToUnixTimeSeconds()}:{participant:N}");
        return [new IceServer(turn.Urls, name, Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(name))))];
    }
}
