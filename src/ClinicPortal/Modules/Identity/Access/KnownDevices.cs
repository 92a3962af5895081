using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>
/// Which browser signed in to which account before: an encrypted cookie of the sign-in host with an id of the browser and a mark of each
/// account. It opens nothing; it only keeps those who guess elsewhere from slowing down a person at their own desk.
/// </summary>
internal sealed class KnownDevices(IDataProtectionProvider protection)
{
    public const string CookieName = "__Host-device";

    private const int IdBytes = 16;
    private const int MarkBytes = 8;

    /// <summary>A shared desk knows all of its operators.</summary>
    private const int MostAccounts = 40;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly IDataProtector protector = protection.CreateProtector("identity.known-device");

    /// <returns>The browser's id, when it signed in to this account before and the password is still the one it was.</returns>
    public Guid? Find(HttpRequest request, Account account)
    {
        var known = Read(request);
        var mark = Mark(account);
        for (var at = IdBytes; at < known.Length; at += MarkBytes)
        {
            if (known.AsSpan(at, MarkBytes).SequenceEqual(mark))
            {
                return new Guid(known.AsSpan(0, IdBytes));
            }
        }
        return null;
    }

    public void Remember(HttpContext context, Account account)
    {
        var known = Read(context.Request);
        byte[] id = known.Length > 0 ? known[..IdBytes] : RandomNumberGenerator.GetBytes(IdBytes);
        var mark = Mark(account);
        var others = known.Skip(IdBytes).Chunk(MarkBytes).Where(other => !other.AsSpan().SequenceEqual(mark)).TakeLast(MostAccounts - 1);
        byte[] all = [.. id, .. others.SelectMany(other => other), .. mark];
        context.Response.Cookies.Append(CookieName, WebEncoders.Base64UrlEncode(protector.Protect(all)), SessionCookie.Options(Lifetime));
    }

    private byte[] Read(HttpRequest request)
    {
        if (request.Cookies[CookieName] is not { Length: > 0 and < 4096 } cookie)
        {
            return [];
        }
        try
        {
            var known = protector.Unprotect(WebEncoders.Base64UrlDecode(cookie));
            return known.Length > IdBytes && (known.Length - IdBytes) % MarkBytes == 0 ? known : [];
        }
        catch (Exception tampered) when (tampered is CryptographicException or FormatException)
        {
            return [];
        }
    }

    private static byte[] Mark(Account account) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Id:N} {account.SecurityStamp}"))[..MarkBytes];
}
