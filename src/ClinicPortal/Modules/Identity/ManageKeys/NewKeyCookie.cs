using System.Security.Cryptography;
using ClinicPortal.Shared.Access;
using Microsoft.AspNetCore.DataProtection;

namespace ClinicPortal.Modules.Identity.ManageKeys;

/// <summary>
/// Carries a new key from the form's answer to the page that shows it, once: sealed, for the browser session that made it, and
/// neither in an address nor in the database.
/// </summary>
internal sealed class NewKeyCookie(IHttpContextAccessor http, IDataProtectionProvider protection, CurrentUser user)
{
    private const string Name = "__Host-new-key";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public void Write(MadeKey key)
    {
        var options = Options();
        options.MaxAge = Lifetime;
        http.HttpContext!.Response.Cookies.Append(Name, Protector(key.Id).Protect(key.Secret, Lifetime), options);
    }

    /// <returns>Null when the key was shown already, was made long ago or by another.</returns>
    public string? Take(Guid id)
    {
        if (http.HttpContext!.Request.Cookies[Name] is not { Length: > 0 } sealedKey)
        {
            return null;
        }
        http.HttpContext.Response.Cookies.Delete(Name, Options());
        try
        {
            return Protector(id).Unprotect(sealedKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector Protector(Guid id) =>
        protection.CreateProtector("identity.new-key", $"{user.SessionId}", $"{id}").ToTimeLimitedDataProtector();

    private static CookieOptions Options() => new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict };
}
