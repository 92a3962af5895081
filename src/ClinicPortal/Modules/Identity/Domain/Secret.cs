using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>
/// Random strings that open something: session tokens, hand-over codes, API keys. Only their SHA-256 is stored; they have
/// 256 random bits, so a slow hash as for passwords would add nothing.
/// </summary>
internal static class Secret
{
    private const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Sha256(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The hash in the form in which it travels in an address.</summary>
    public static string Challenge(string secret) => Base64Url.EncodeToString(Sha256(secret));

    public static bool IsChallenge(string? text) => text is { Length: 43 } && Base64Url.IsValid(text);
}
