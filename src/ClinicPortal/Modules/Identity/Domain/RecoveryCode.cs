using System.Security.Cryptography;
using System.Text;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>Opens an account once when its second factor is lost.</summary>
public sealed class RecoveryCode
{
    public const int PerAccount = 10;

    private const int Bytes = 15;
    private const int GroupLength = 4;

    private RecoveryCode()
    {
    }

    public RecoveryCode(Guid accountId, string code)
    {
        AccountId = accountId;
        Sha256 = HashOf(accountId, code);
    }

    public Guid AccountId { get; private set; }

    /// <summary>Of account and code; with 120 random bits it needs no slow hash (OWASP ASVS 5, 6.5.2: from 112 on).</summary>
    public byte[] Sha256 { get; private set; } = [];

    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>Six groups of four letters and digits.</summary>
    internal static string New() => string.Join('-', Totp.Text(RandomNumberGenerator.GetBytes(Bytes)).Chunk(GroupLength).Select(group => new string(group)));

    internal static byte[] HashOf(Guid accountId, string code) => SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{accountId:N} {string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant()}"));
}
