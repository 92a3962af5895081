using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClinicPortal.Modules.Billing.Adapters.Stripe;

/// <summary>
/// The signature of what Stripe sends: HMAC-SHA256 of time and body under the endpoint's secret, in <c>Stripe-Signature: t=…,v1=…</c>. More than one v1 is there
/// while a secret is being exchanged.
/// </summary>
/// <remarks>https://docs.stripe.com/webhooks#verify-manually</remarks>
public static class StripeSignature
{
    public const string Header = "Stripe-Signature";

    /// <summary>What is older was recorded and is sent again by somebody else. Stripe's own libraries allow as much.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static bool IsGenuine(string? header, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        long? time = null;
        var signatures = new List<byte[]>();
        foreach (var part in (header ?? "").Split(','))
        {
            if (part.Split('=', 2) is not [var name, var value])
            {
                continue;
            }
            if (name.Trim() == "t" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                time = seconds;
            }
            else if (name.Trim() == "v1" && value.Length == 64 && value.All(char.IsAsciiHexDigit))
            {
                signatures.Add(Convert.FromHexString(value));
            }
        }
        if (time is not { } at || Math.Abs(now.ToUnixTimeSeconds() - at) > Tolerance.TotalSeconds)
        {
            return false;
        }
        var expected = Of(at, body, secret);
        // All are compared, whichever fits.
        return signatures.Aggregate(false, (fits, signature) => fits | CryptographicOperations.FixedTimeEquals(signature, expected));
    }

    internal static byte[] Of(long time, ReadOnlySpan<byte> body, string secret) => HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(time.ToString(CultureInfo.InvariantCulture)), (byte)'.', .. body]);
}
