using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Localization;
using QRCoder;

namespace ClinicPortal.Modules.Identity.SecondFactor;

/// <summary>A secret for an authenticator app, shown to be taken over and not in use before the app proves that it has it.</summary>
/// <param name="Picture">The path of an SVG picture, one square a module.</param>
/// <param name="PictureSize">Modules in a line.</param>
/// <param name="Text">For typing in, in groups of four.</param>
/// <param name="Sealed">Travels with the form; readable by the portal only, for this account only, for half an hour.</param>
public sealed record AuthenticatorSetup(string Picture, int PictureSize, string Text, string Sealed);

internal sealed class AuthenticatorSetups(IDataProtectionProvider protection, IStringLocalizer<SharedText> shared)
{
    private const int GroupLength = 4;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly IDataProtector protector = protection.CreateProtector("identity.authenticator-setup");

    /// <param name="known">What a form that was refused carried: the app has that secret already.</param>
    public AuthenticatorSetup Show(Account account, string? known = null)
    {
        var secret = Open(account.Id, known) ?? Totp.NewSecret();
        var data = QRCodeGenerator.GenerateQrCode(Totp.Address(secret, shared["App.Name"], account.UserName!).AbsoluteUri, QRCodeGenerator.ECCLevel.M);
        var inForm = Limited(account.Id).Protect(Convert.ToBase64String(secret), Lifetime);
        var text = string.Join(' ', Totp.Text(secret).Chunk(GroupLength).Select(group => new string(group)));
        return new AuthenticatorSetup(Path(data), data.ModuleMatrix.Count, text, inForm);
    }

    /// <returns>The secret; null when it is too old or of another account.</returns>
    public byte[]? Open(Guid accountId, string? sealedSecret)
    {
        try
        {
            return sealedSecret is { Length: > 0 } ? Convert.FromBase64String(Limited(accountId).Unprotect(sealedSecret)) : null;
        }
        catch (Exception altered) when (altered is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector Limited(Guid accountId) => protector.CreateProtector(accountId.ToString("N")).ToTimeLimitedDataProtector();

    private static string Path(QRCodeData data)
    {
        var path = new StringBuilder();
        for (var y = 0; y < data.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < data.ModuleMatrix[y].Count; x++)
            {
                if (data.ModuleMatrix[y][x])
                {
                    path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }
        return path.ToString();
    }
}
